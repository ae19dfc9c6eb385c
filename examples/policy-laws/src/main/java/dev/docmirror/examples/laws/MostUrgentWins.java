package dev.docmirror.examples.laws;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** The most urgent form wins, of equally urgent ones CouchDB's winner. */
public record MostUrgentWins() implements ConflictPolicy {
    /** The winner last. Revision hash and body make it total: equal only for the same version. */
    private static final Comparator<Document> ORDER = Comparator.comparing(Urgency::of)
            .thenComparing(DocumentChange.COUCHDB_ORDER.reversed())
            .thenComparing(form -> form.revision().hash())
            .thenComparing((a, b) -> Arrays.compareUnsigned(
                    a.contentHash().bytes(), b.contentHash().bytes()));

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        return new Resolution.Choose(Collections.max(conflict.leaves(), ORDER), "the most urgent");
    }

    @Override
    public boolean decidesAlways() {
        return true;
    }
}
