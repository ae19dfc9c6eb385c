package dev.docmirror.conflict;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.Document;

/** Two policies of which the first has the first word. */
record PolicyChain(ConflictPolicy first, ConflictPolicy second) implements ConflictPolicy {
    PolicyChain {
        if (first.decidesAlways()) {
            throw new IllegalArgumentException(
                    "orElse: " + second + " can't be reached, because " + first + " always decides");
        }
        if (first.equals(second) || (first instanceof PolicyChain chain && chain.has(second))) {
            throw new IllegalArgumentException("orElse: " + second + " stands in the chain already");
        }
    }

    private boolean has(ConflictPolicy policy) {
        return second.equals(policy)
                || first.equals(policy)
                || (first instanceof PolicyChain chain && chain.has(policy));
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        Resolution resolution = first.resolve(conflict, context);
        if (resolution instanceof Resolution.Defer) {
            return second.resolve(conflict, context);
        }
        boolean replaces = resolution instanceof Resolution.Choose || resolution instanceof Resolution.Merge;
        if (replaces && conflict.protection() != Protection.NONE) {
            // A signature lifts no lock, and a lock no signature.
            Resolution later = second.resolve(conflict, context);
            return later instanceof Resolution.Reject ? later : resolution;
        }
        return resolution;
    }

    @Override
    public Protection protection(Document document) {
        Protection protection = first.protection(document);
        return protection == Protection.NONE ? second.protection(document) : protection;
    }

    @Override
    public Optional<Instant> writtenAt(Document document) {
        return first.writtenAt(document).or(() -> second.writtenAt(document));
    }

    @Override
    public boolean needsAncestry() {
        return first.needsAncestry() || second.needsAncestry();
    }

    @Override
    public boolean decidesAlways() {
        return second.decidesAlways();
    }

    @Override
    public String toString() {
        return first + ".orElse(" + second + ")";
    }
}
