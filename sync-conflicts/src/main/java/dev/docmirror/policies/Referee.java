package dev.docmirror.policies;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import org.jspecify.annotations.Nullable;

/**
 * Asks a policy what can't be merged. A contested field is given by the version that it chooses of all, and where that
 * one did not edit the field, by the one that it chooses of those that did. Serves one merge, confined to one thread.
 */
final class Referee {
    private final ConflictPolicy policy;
    private final Conflict conflict;
    private final ConflictContext context;
    private @Nullable Resolution ofAll;
    private @Nullable Resolution overruling;

    Referee(ConflictPolicy policy, Conflict conflict, ConflictContext context) {
        this.policy = policy;
        this.conflict = conflict;
        this.context = context;
    }

    /** What the policy says of these versions alone. */
    Resolution resolution(List<Document> versions) {
        Conflict among = new Conflict(
                new DocumentChange(conflict.change().id(), versions),
                conflict.mirrored(),
                conflict.protectedVersion(),
                conflict.ancestry());
        return policy.resolve(among, context);
    }

    /** One of the editors; any of them, once the policy wants something else than a choice. */
    Document giver(List<Document> editors, List<Document> versions) {
        if (ofAll == null) {
            ofAll = resolution(versions);
        }
        Resolution answer = ofAll;
        if (answer instanceof Resolution.Choose && chosen(answer, editors).isEmpty()) {
            answer = resolution(editors);
        }
        Optional<Document> giver = chosen(answer, editors);
        if (giver.isEmpty() && overruling == null) {
            overruling = answer;
        }
        return giver.orElse(editors.get(0));
    }

    private static Optional<Document> chosen(Resolution answer, List<Document> editors) {
        return answer instanceof Resolution.Choose choose
                ? editors.stream()
                        .filter(editor -> Versions.COUCHDB.compare(editor, choose.winner()) == 0)
                        .findFirst()
                : Optional.empty();
    }

    /** What the policy wants instead of a merge. */
    Optional<Resolution> overruling() {
        return Optional.ofNullable(overruling);
    }

    /** Whether any field was contested. */
    boolean wasAsked() {
        return ofAll != null;
    }
}
