package dev.docmirror.queue;

/** What becomes of an operation whose document was changed in the source meanwhile. */
public enum OperationResolution {
    /** The operation is done again, on top of the server's version. */
    CLIENT_WINS,
    /** The operation is given up; its content goes to the conflict archive. */
    SERVER_WINS,
    /** The operation's content goes to the conflict archive as open: a person decides in the review. */
    MANUAL
}
