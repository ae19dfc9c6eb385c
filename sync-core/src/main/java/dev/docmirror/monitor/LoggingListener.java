package dev.docmirror.monitor;

import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells events on SLF4J. */
final class LoggingListener implements SyncListener {
    private static final Logger log = LoggerFactory.getLogger(SyncListener.class);

    @Override
    public void on(StreamId stream, SyncEvent event) {
        if (event instanceof SyncEvent.StateChanged e) {
            stateChanged(stream, e);
        } else if (event instanceof SyncEvent.BatchMirrored e) {
            batchMirrored(stream, e);
        } else if (event instanceof SyncEvent.ConflictResolved e) {
            conflictResolved(stream, e);
        } else if (event instanceof SyncEvent.ConflictSettled e) {
            log.info("{}: conflict on {} settled, mirrored {}", stream, e.id(), e.mirrored());
        } else if (event instanceof SyncEvent.DocumentParked e) {
            log.warn(
                    "{}: parked {} at {} as {}: {}",
                    stream,
                    e.letter().id(),
                    e.letter().revision(),
                    e.letter().kind(),
                    e.letter().reason());
        } else if (event instanceof SyncEvent.TypeUnknown e) {
            log.warn(
                    "{}: no mapping for type {}, first met on {}; such documents are skipped",
                    stream,
                    e.type().map(Text::printable).orElse("(none)"),
                    e.first());
        } else if (event instanceof SyncEvent.IntegrityAlarm e) {
            log.error("{}: {} came with two different bodies as {}", stream, e.id(), e.revision());
        } else if (event instanceof SyncEvent.SignedVersionsDiffer e) {
            log.error("{}: {} has signed versions that differ: {}", stream, e.id(), e.revisions());
        } else if (event instanceof SyncEvent.WrittenInFuture e) {
            log.warn("{}: {} at {} says it was written in {}", stream, e.id(), e.revision(), e.ahead());
        } else if (event instanceof SyncEvent.ResolvedUpstream e) {
            log.info(
                    "{}: decision on {} written upstream: new version {}, closed {}",
                    stream,
                    e.id(),
                    e.written().map(Object::toString).orElse("none"),
                    e.closed());
        } else if (event instanceof SyncEvent.UpstreamRefused e) {
            log.error("{}: the source refuses the decision on {}: {}", stream, e.id(), e.reason());
        } else if (event instanceof SyncEvent.FeedRewound e) {
            log.info("{}: the source repeated older states of {} documents", stream, e.documents());
        } else if (event instanceof SyncEvent.RetryScheduled e) {
            log.warn(
                    "{}: {} failed, attempt {}, next in {} ms: {}",
                    stream,
                    e.side(),
                    e.attempt(),
                    e.delay().toMillis(),
                    e.cause().getMessage());
        }
    }

    private static void batchMirrored(StreamId stream, SyncEvent.BatchMirrored e) {
        log.debug(
                "{}: {} changes, {} written, {} unchanged, {} skipped in {} ms; rows {}",
                stream,
                e.changes(),
                e.written(),
                e.unchanged(),
                e.skipped(),
                e.elapsed().toMillis(),
                e.rowsByTable());
    }

    private static void conflictResolved(StreamId stream, SyncEvent.ConflictResolved e) {
        log.info(
                "{}: conflict on {} decided {}: mirrored {}, archived {} ({})",
                stream,
                e.id(),
                e.outcome(),
                e.chosen().map(Object::toString).orElse("nothing"),
                e.losers(),
                e.reason());
    }

    private static void stateChanged(StreamId stream, SyncEvent.StateChanged e) {
        Optional<String> cause = e.cause().map(Throwable::getMessage);
        switch (e.to()) {
            case FAILED, HALTED -> log.error("{}: {} -> {}: {}", stream, e.from(), e.to(), cause.orElse("unknown"));
            case RETRYING -> log.warn("{}: {} -> {}", stream, e.from(), e.to());
            default -> log.info("{}: {} -> {}", stream, e.from(), e.to());
        }
    }
}
