package dev.docmirror.testkit;

import java.util.List;

import dev.docmirror.change.DocumentId;

/** Ids that careless comparison, padding, escaping or key lengths would take for one another or refuse. */
final class LookAlikes {
    /** 4,000 bytes in UTF-8. */
    static final DocumentId LONG = DocumentId.of("l".repeat(4_000));

    static final List<DocumentId> IDS = List.of(
            DocumentId.of("Abc"),
            DocumentId.of("abc"),
            DocumentId.of("abç"),
            DocumentId.of("abc\u0327"),
            DocumentId.of("a"),
            DocumentId.of("a "),
            DocumentId.of("😀"),
            DocumentId.of("a/b?c=d&e#f%20+"),
            DocumentId.of("quote'\"`\\;--"),
            DocumentId.of("line\nbreak"),
            LONG,
            DocumentId.of("l".repeat(3_999) + "L"));

    private LookAlikes() {}
}
