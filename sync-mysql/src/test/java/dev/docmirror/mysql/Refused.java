package dev.docmirror.mysql;

import java.util.List;

import dev.docmirror.deadletter.DeadLetter;

/** Refusals in short. */
final class Refused {
    private Refused() {}

    static List<String> ids(List<DeadLetter> letters) {
        return letters.stream().map(letter -> letter.id().value()).toList();
    }

    static List<String> reasons(List<DeadLetter> letters) {
        return letters.stream().map(DeadLetter::reason).toList();
    }
}
