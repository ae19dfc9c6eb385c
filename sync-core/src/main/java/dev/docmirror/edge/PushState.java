package dev.docmirror.edge;

/** How a document of a {@link SecureDocumentStore} stands to the server. */
public enum PushState {
    /** It is to be pushed. */
    PENDING,
    /** The server has it as it is. */
    PUSHED,
    /**
     * The server has a version that this one does not follow, or none where it should have one. It waits, however often
     * it is written, until the host says what it follows: {@link SecureDocumentStore#rebase}.
     */
    CONFLICTING,
    /** The server refuses it. It waits until it is written anew, or {@link SecureDocumentStore#retry}. */
    REFUSED
}
