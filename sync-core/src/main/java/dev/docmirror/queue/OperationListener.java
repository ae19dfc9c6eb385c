package dev.docmirror.queue;

/**
 * Hears what a {@link QueueWorker} does: for an audit of the host's own, for figures, for logs. Called on the worker's
 * thread, so a slow listener slows the worker; an exception is logged and otherwise ignored.
 */
@FunctionalInterface
public interface OperationListener {
    void on(OperationEvent event);

    /** This listener, then another one. */
    default OperationListener andThen(OperationListener next) {
        return event -> {
            try {
                on(event);
            } finally {
                next.on(event);
            }
        };
    }

    /** Tells on SLF4J what needs a look at WARN, and batches at DEBUG. Ids are escaped; no content, ever. */
    static OperationListener logging() {
        return new LoggingOperations();
    }
}
