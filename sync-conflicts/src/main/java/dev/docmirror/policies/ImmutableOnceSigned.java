package dev.docmirror.policies;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A signed version is never replaced; the rules are in {@link ConflictPolicies#immutableOnceSigned(String)}.
 *
 * @param verifier empty if it is enough that there is a signature
 */
record ImmutableOnceSigned(JsonPointer pointer, Optional<SignatureVerifier> verifier) implements ConflictPolicy {

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        boolean guarded = conflict.protection() == Protection.SIGNED;
        Optional<Document> mirrored = guarded ? Mirrored.leaf(conflict) : Optional.empty();
        if (guarded && mirrored.isEmpty()) {
            return new Resolution.Reject(
                    Resolution.Rejection.REJECTED_IMMUTABLE, "immutable once signed: the mirrored version is signed");
        }
        // The mirrored one was accepted once, whatever the verifier says by now.
        List<Document> signed = conflict.leaves().stream()
                .filter(leaf -> mirrored.filter(accepted -> accepted == leaf).isPresent() || isSigned(leaf))
                .toList();
        return signed.isEmpty()
                ? new Resolution.Defer()
                : Versions.choose(
                        conflict, signed, Outcome.REJECTED_IMMUTABLE, "immutable once signed: signed at " + pointer);
    }

    @Override
    public Protection protection(Document document) {
        return isSigned(document) ? Protection.SIGNED : Protection.NONE;
    }

    private boolean isSigned(Document document) {
        if (document.deleted()) {
            return false;
        }
        JsonNode signature = Fields.at(document, pointer);
        return Fields.isGiven(signature)
                && (verifier.isEmpty() || verifier.get().verify(document, signature));
    }

    @Override
    public String toString() {
        return "immutableOnceSigned(" + pointer + verifier.map(v -> ", " + v).orElse("") + ")";
    }
}
