package dev.docmirror.queue;

import dev.docmirror.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells events on SLF4J. */
final class LoggingOperations implements OperationListener {
    private static final Logger log = LoggerFactory.getLogger(OperationListener.class);

    @Override
    public void on(OperationEvent event) {
        if (event instanceof OperationEvent.Settled e) {
            settled(e);
        } else if (event instanceof OperationEvent.BatchPushed e) {
            log.debug("{} operations in {} ms", e.operations(), e.elapsed().toMillis());
        } else if (event instanceof OperationEvent.RetryScheduled e) {
            log.warn(
                    "{} failed, next try in {} ms: {}",
                    e.side(),
                    e.delay().toMillis(),
                    e.cause().getMessage());
        }
    }

    private static void settled(OperationEvent.Settled e) {
        OperationEvent.Subject subject = e.subject();
        boolean fine = e.state() == OperationState.COMPLETED && e.resolution().isEmpty();
        log.atLevel(fine ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                .log(
                        "operation {}, {} of {} {}: {}{}{}",
                        subject.number(),
                        subject.kind(),
                        Text.printable(subject.type()),
                        subject.id(),
                        e.state(),
                        e.resolution().map(decision -> " by " + decision).orElse(""),
                        e.reason().map(why -> ", " + Text.printable(why)).orElse(""));
    }
}
