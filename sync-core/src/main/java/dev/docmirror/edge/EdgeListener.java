package dev.docmirror.edge;

/**
 * Hears what an {@link EdgeSync} does. Called on the thread that pushes or locks, so a slow listener slows the push; an
 * exception is logged and otherwise ignored.
 */
@FunctionalInterface
public interface EdgeListener {
    void on(EdgeEvent event);

    /** This listener, then another one. */
    default EdgeListener andThen(EdgeListener next) {
        return event -> {
            try {
                on(event);
            } finally {
                next.on(event);
            }
        };
    }

    /** Tells on SLF4J what needs a look at WARN, the rest at DEBUG. Ids are escaped; no content, ever. */
    static EdgeListener logging() {
        return new LoggingEdge();
    }
}
