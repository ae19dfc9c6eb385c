package dev.docmirror.deadletter;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.deadletter.DeadLetter.Kind;

/**
 * Which dead letters are meant.
 *
 * @param kinds of these kinds
 * @param type of documents of this type only, if given
 */
public record DeadLetterFilter(Set<Kind> kinds, Optional<String> type) {
    public DeadLetterFilter {
        kinds = Set.copyOf(kinds);
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds: needs at least one");
        }
    }

    /** All of them. */
    public static DeadLetterFilter all() {
        return of(EnumSet.allOf(Kind.class));
    }

    /** Documents that can't be mirrored; not those that wait for a key. */
    public static DeadLetterFilter poison() {
        return of(EnumSet.complementOf(EnumSet.of(Kind.ENCRYPTED)));
    }

    /** Documents that wait for a key. */
    public static DeadLetterFilter encrypted() {
        return of(EnumSet.of(Kind.ENCRYPTED));
    }

    /** Documents in whose way others are. */
    public static DeadLetterFilter collisions() {
        return of(EnumSet.of(Kind.COLLISION));
    }

    /** Those of some kinds. */
    public static DeadLetterFilter of(Set<Kind> kinds) {
        return new DeadLetterFilter(kinds, Optional.empty());
    }

    /** Only those of documents of one type. */
    public DeadLetterFilter withType(String only) {
        return new DeadLetterFilter(kinds, Optional.of(only));
    }

    /** Whether a letter is meant. */
    public boolean accepts(DeadLetter letter) {
        return kinds.contains(letter.kind()) && (type.isEmpty() || type.equals(letter.type()));
    }
}
