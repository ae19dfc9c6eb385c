package dev.docmirror.queue;

import dev.docmirror.error.SyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.internal.Text;

/** Reasons as a store keeps them: one line of at most some 200 characters. */
final class Reasons {
    private Reasons() {}

    static String of(String reason) {
        return Text.printable(reason);
    }

    /** Messages of docmirror's own exceptions hold no content. */
    static String of(SyncException cause) {
        String message = cause.getMessage();
        return of(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** A foreign exception's message may, and is left out. */
    static SyncException known(String what, RuntimeException e) {
        return e instanceof SyncException known ? known : new UnexpectedFailureException(what, e);
    }
}
