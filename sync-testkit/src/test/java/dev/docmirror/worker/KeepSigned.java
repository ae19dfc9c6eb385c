package dev.docmirror.worker;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;

/** What is signed stays. */
final class KeepSigned implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        return conflict.protection() == Protection.NONE
                ? new Resolution.Defer()
                : new Resolution.Reject(Resolution.Rejection.REJECTED_IMMUTABLE, "signed");
    }

    @Override
    public Protection protection(Document version) {
        return version.body().path("signed").asBoolean(false) ? Protection.SIGNED : Protection.NONE;
    }
}
