package dev.docmirror.examples.backend.proxy;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.examples.backend.proxy.Ownership.Kind;
import dev.docmirror.queue.SyncOperation;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whose documents are, for what goes to CouchDB past the proxy: the same rules hold there. Every method throws a
 * {@link TransientSyncException} if CouchDB or MySQL can't be asked now. Thread-safe.
 */
public final class OwnDocuments {
    private final Ownership ownership;
    private final DocumentOwners owners;

    OwnDocuments(Ownership ownership, DocumentOwners owners) {
        this.ownership = ownership;
        this.owners = owners;
    }

    /** Whether a document is out of a user's reach: it is somebody else's, nobody's, or of several. */
    public boolean isForeign(String user, DocumentId document) {
        return asked(() -> isForeign(user, document.value()));
    }

    /**
     * Makes a document that is not there yet a user's, before they write it. Of several users at once one gets it.
     *
     * @return whether the document is the user's now
     */
    public boolean claim(String user, DocumentId document) {
        String id = document.value();
        return asked(() -> !isForeign(user, id)
                && user.equals(owners.claim(Set.of(id), user).get(id)));
    }

    /** Why an operation must not be written: its user, or nobody, has no right to its document. */
    Optional<String> refusal(SyncOperation operation, ObjectNode result) {
        boolean may =
                operation.user().filter(user -> claim(user, operation.id())).isPresent();
        return may ? Optional.empty() : Optional.of(WriteRules.NOT_YOURS);
    }

    private boolean isForeign(String user, String id) {
        return ownership.of(user, Set.of(id)).values().stream().anyMatch(standing -> standing.kind() == Kind.FOREIGN);
    }

    /** The messages are left out: MySQL's may hold values. */
    private static boolean asked(Supplier<Boolean> question) {
        try {
            return question.get();
        } catch (ProxyException | DataAccessException | TransactionException e) {
            String failure = e.getClass().getSimpleName();
            throw new TransientSyncException("whose a document is can't be found out now: " + failure, null);
        }
    }
}
