package dev.docmirror.policies;

import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** The greatest version in CouchDB's order. */
record CouchDbWinner() implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        return new Resolution.Choose(Versions.greatest(conflict.leaves()), "CouchDB's winner");
    }

    @Override
    public boolean decidesAlways() {
        return true;
    }

    @Override
    public String toString() {
        return "couchDbWinner()";
    }
}
