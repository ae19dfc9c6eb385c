package dev.docmirror.edge;

import dev.docmirror.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells events on SLF4J. */
final class LoggingEdge implements EdgeListener {
    private static final Logger log = LoggerFactory.getLogger(EdgeListener.class);

    @Override
    public void on(EdgeEvent event) {
        if (event instanceof EdgeEvent.StatusChanged e) {
            status(e.status());
        } else if (event instanceof EdgeEvent.Progress e) {
            log.debug("{} of {} documents pushed", e.pushed(), e.total());
        } else if (event instanceof EdgeEvent.Conflicting e) {
            log.warn("document {} is in conflict with the server's", e.id());
        } else if (event instanceof EdgeEvent.Refused e) {
            log.warn("document {} is refused: {}", e.id(), Text.printable(e.reason()));
        } else if (event instanceof EdgeEvent.Unreadable e) {
            log.warn(
                    "the document at {} can't be opened: {}",
                    e.sequence(),
                    e.cause().getMessage());
        } else if (event instanceof EdgeEvent.RetryScheduled e) {
            log.warn(
                    "pushing failed, next try in {} ms: {}",
                    e.delay().toMillis(),
                    e.cause().getMessage());
        }
    }

    private static void status(EdgeStatus status) {
        if (status.state() == EdgeStatus.State.ERROR) {
            log.warn("pushing ended at {} of {} documents: {}", status.pushed(), status.total(), reason(status));
        } else {
            log.debug("{}, {} of {} documents pushed", status.state(), status.pushed(), status.total());
        }
    }

    private static String reason(EdgeStatus status) {
        return status.failure()
                .map(failure -> String.valueOf(failure.getMessage()))
                .orElse("");
    }
}
