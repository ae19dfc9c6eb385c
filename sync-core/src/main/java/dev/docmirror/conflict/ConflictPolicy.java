package dev.docmirror.conflict;

import dev.docmirror.change.Document;

/**
 * Decides between competing versions. Thread-safe and pure: the answer depends on the conflict and the policy's own
 * configuration only, not on the order of the leaves, a clock, randomness, the locale or I/O. It never throws on valid
 * JSON; if it does, the document is parked.
 */
@FunctionalInterface
public interface ConflictPolicy {
    Resolution resolve(Conflict conflict, ConflictContext context);

    /**
     * Whether a version, once mirrored, is protected: each later change of it is then a conflict. Asked for every
     * document that is written, so it must be cheap.
     */
    default Protection protection(Document document) {
        return Protection.NONE;
    }

    /** This policy, and where it defers the next one. The first protection counts. */
    default ConflictPolicy orElse(ConflictPolicy next) {
        return new PolicyChain(this, next);
    }
}
