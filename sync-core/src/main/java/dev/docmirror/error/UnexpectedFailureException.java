package dev.docmirror.error;

/**
 * A defect: code of the host or of docmirror failed in a way nobody provided for. The message names the exception's
 * class only and the stack trace is the original one, because a foreign message may quote a document.
 */
public class UnexpectedFailureException extends SyncException {
    private static final long serialVersionUID = 1;

    public UnexpectedFailureException(String what, Throwable failure) {
        super(what + " failed with " + failure.getClass().getName() + "; its stack trace is this one's", null);
        setStackTrace(failure.getStackTrace());
    }
}
