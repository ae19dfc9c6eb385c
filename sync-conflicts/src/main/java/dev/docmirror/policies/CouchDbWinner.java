package dev.docmirror.policies;

import java.util.Collections;

import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** The greatest version in CouchDB's order. */
record CouchDbWinner() implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        return new Resolution.Choose(Collections.max(conflict.leaves(), Versions.COUCHDB), "CouchDB's winner");
    }

    @Override
    public String toString() {
        return "couchDbWinner()";
    }
}
