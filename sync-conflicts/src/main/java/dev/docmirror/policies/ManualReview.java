package dev.docmirror.policies;

import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** A person decides between versions that are not deleted. */
record ManualReview() implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        return Versions.live(conflict).size() > 1
                ? new Resolution.Review("manual review: more than one version is not deleted")
                : new Resolution.Choose(
                        Versions.greatest(conflict.leaves()), "manual review: at most one version is not deleted");
    }

    @Override
    public boolean decidesAlways() {
        return true;
    }

    @Override
    public String toString() {
        return "manualReview()";
    }
}
