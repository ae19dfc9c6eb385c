package dev.docmirror.conflict;

import java.time.Instant;
import java.util.Optional;

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

    /**
     * When a version was written, by its own word: for the archive, and to flag times in the future. Asked for every
     * document that is written, so it must be cheap.
     */
    default Optional<Instant> writtenAt(Document document) {
        return Optional.empty();
    }

    /** Whether {@link Conflict#ancestry} is needed: it costs a request or two for each batch with conflicts in it. */
    default boolean needsAncestry() {
        return false;
    }

    /** Whether this policy never defers, so that none behind it would be asked. */
    default boolean decidesAlways() {
        return false;
    }

    /**
     * This policy, and where it defers the next one. The first protection and the first time count. Where a mirrored
     * version is protected, each has a say: what one would put in its place is not taken if the next one rejects it.
     *
     * @throws IllegalArgumentException if the next one could never be asked: this one always decides, or is the same
     */
    default ConflictPolicy orElse(ConflictPolicy next) {
        return new PolicyChain(this, next);
    }
}
