package dev.docmirror.internal;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;

/**
 * Documents that another mapping could not map: they are made anew once when the host names a new one. Cut short, it is
 * done again.
 *
 * @param version the name of the mapping
 */
public record NewMapping(DeadLetterStore letters, String version) {
    private static final int PAGE = 1_000;

    /** Does something with documents. */
    interface Replayer {
        void replay(List<DocumentId> ids) throws InterruptedException;
    }

    void apply(StreamId stream, MirrorSink sink, Guard guard, Replayer replayer) throws InterruptedException {
        if (guard.call(() -> letters.mapping(stream)).equals(Optional.of(version))) {
            return;
        }
        Optional<DocumentId> last = Optional.empty();
        List<DocumentId> parked = parked(stream, last, guard);
        while (!parked.isEmpty()) {
            replayer.replay(parked);
            last = Optional.of(parked.get(parked.size() - 1));
            parked = parked(stream, last, guard);
        }
        last = Optional.empty();
        List<MirroredDocument> page = registered(stream, sink, last, guard);
        while (!page.isEmpty()) {
            replayer.replay(page.stream()
                    .filter(Decider::mayHaveRowsNow)
                    .map(MirroredDocument::id)
                    .toList());
            last = Optional.of(page.get(page.size() - 1).id());
            page = registered(stream, sink, last, guard);
        }
        guard.call(() -> {
            letters.mapping(stream, version);
            return true;
        });
    }

    private List<DocumentId> parked(StreamId stream, Optional<DocumentId> after, Guard guard)
            throws InterruptedException {
        return guard.call(() -> letters.ids(stream, DeadLetterFilter.all(), after, PAGE));
    }

    private static List<MirroredDocument> registered(
            StreamId stream, MirrorSink sink, Optional<DocumentId> after, Guard guard) throws InterruptedException {
        return guard.call(() -> sink.registered(stream, after, PAGE));
    }
}
