package dev.docmirror.edge;

/**
 * How the documents of a session stand to the server, one number for each {@link PushState}.
 *
 * @param session its id
 */
public record SessionStatus(String session, int pending, int pushed, int conflicting, int refused) {

    static SessionStatus of(SecureDocumentStore store, String session) {
        return new SessionStatus(
                session,
                count(store, session, PushState.PENDING),
                count(store, session, PushState.PUSHED),
                count(store, session, PushState.CONFLICTING),
                count(store, session, PushState.REFUSED));
    }

    private static int count(SecureDocumentStore store, String session, PushState state) {
        return store.count(Selection.of(state).inSession(session));
    }

    /** Whether the server has all of them as they are. */
    public boolean isPushed() {
        return pending == 0 && !needsDecision();
    }

    /** Whether one of them is in conflict or refused. */
    public boolean needsDecision() {
        return conflicting > 0 || refused > 0;
    }
}
