package dev.docmirror.edge;

import java.util.Optional;

/**
 * Some of the documents of a {@link SecureDocumentStore}.
 *
 * @param state only those that stand so; empty for any
 * @param session only those of a session; empty for any and for those that belong to none
 */
public record Selection(Optional<PushState> state, Optional<String> session) {

    /** All documents, tombstones included. */
    public static Selection all() {
        return new Selection(Optional.empty(), Optional.empty());
    }

    /** Those that stand so to the server. */
    public static Selection of(PushState state) {
        return new Selection(Optional.of(state), Optional.empty());
    }

    /** Of these, those of a session. */
    public Selection inSession(String id) {
        return new Selection(state, Optional.of(id));
    }
}
