package dev.docmirror.envelope;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Position;
import dev.docmirror.envelope.SealedDocuments.Item;
import dev.docmirror.envelope.SealedDocuments.Page;
import dev.docmirror.envelope.SealedDocuments.Standing;
import dev.docmirror.queue.DocumentTarget;

/**
 * Makes envelopes anew: under the newest key after a rotation, in the newest layout after a migration. Immutable; a run
 * belongs to one thread.
 *
 * <p>What does not open stays as it is, and is told and counted. A run that was killed, or ended with a
 * {@link dev.docmirror.error.TransientSyncException}, can be run again: it goes on where it had stored its
 * {@linkplain #progress progress} last, or from the beginning, which is harmless. The newest key must stay the newest
 * while it runs; the older ones may be removed when a run has ended and {@link ReEncryptionReport#isComplete()}.
 */
public final class ReEncryption {
    private static final int PAGE = 500;

    private final SealedDocuments documents;
    private final Optional<ReEncryptionProgress> progress;
    private final Consumer<ReEncryptionEvent> listener;
    private final int pageSize;

    private ReEncryption(
            SealedDocuments documents,
            Optional<ReEncryptionProgress> progress,
            Consumer<ReEncryptionEvent> listener,
            int pageSize) {
        this.documents = documents;
        this.progress = progress;
        this.listener = listener;
        this.pageSize = pageSize;
    }

    /** Of any store. */
    public static ReEncryption of(SealedDocuments documents) {
        return new ReEncryption(documents, Optional.empty(), event -> {}, PAGE);
    }

    /**
     * Of a database: all leaves that are not deleted, each as an edit of its own. A document's winning leaf stays the
     * winner. Earlier revisions stay in CouchDB until its compaction.
     *
     * @param source reads the stored documents, not decrypted
     * @param newest seals
     * @param older reads other layouts, too, such as {@link SimpleEnvelopes}
     */
    public static ReEncryption of(
            ChangeSource source, DocumentTarget target, Envelopes newest, EnvelopeCodec... older) {
        EnvelopeCodec reading = newest;
        for (EnvelopeCodec each : older) {
            reading = reading.orElse(each);
        }
        return of(new FeedDocuments(source, target, newest, reading));
    }

    /** Where the progress is kept. Default: nowhere. */
    public ReEncryption progress(ReEncryptionProgress store) {
        return new ReEncryption(documents, Optional.of(store), listener, pageSize);
    }

    /** Is told from the thread that runs; must not throw. Default: nobody. */
    public ReEncryption listener(Consumer<ReEncryptionEvent> told) {
        return new ReEncryption(documents, progress, told, pageSize);
    }

    /** How many documents are read and written at once. Default 500. */
    public ReEncryption pageSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("pageSize: must be >= 1, was " + size);
        }
        return new ReEncryption(documents, progress, listener, size);
    }

    /**
     * Says what a run would do, from the beginning. Writes nothing and stores no progress.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public ReEncryptionReport dryRun() throws InterruptedException {
        State state = new State(documents.newestKey(), Optional.empty(), ReEncryptionReport.NONE);
        boolean last = false;
        while (!last) {
            Page page = documents.read(state.after(), pageSize);
            state = state.plus(page, List.of());
            tell(page.items(), state);
            last = page.isLast();
        }
        return state.report();
    }

    /**
     * Runs to the end of what is there.
     *
     * @return what this run, and those before it that it went on from, have done
     * @throws dev.docmirror.error.ConfigurationException if there is no key to seal with
     * @throws dev.docmirror.error.TransientSyncException if it may work later
     * @throws InterruptedException if the thread was interrupted
     */
    public ReEncryptionReport run() throws InterruptedException {
        State state = State.of(documents.newestKey(), progress.flatMap(ReEncryptionProgress::load));
        boolean last = false;
        while (!last) {
            Page page = documents.read(state.after(), pageSize);
            List<Item> failed = page.rewrite();
            state = state.plus(page, failed);
            String reached = state.toText();
            progress.ifPresent(store -> store.save(reached));
            tell(Stream.concat(page.items().stream(), failed.stream()).toList(), state);
            // What was overtaken comes behind the page, even if that was the last one.
            last = page.isLast() && State.count(failed, Standing.OVERTAKEN) == 0;
        }
        documents.finish();
        progress.ifPresent(ReEncryptionProgress::clear);
        return state.report();
    }

    private void tell(List<Item> items, State state) {
        for (Item item : items) {
            switch (item.standing()) {
                case KEY_MISSING, DAMAGED, REFUSED ->
                    listener.accept(new ReEncryptionEvent.Left(item.id(), item.standing()));
                case CURRENT, OLD, PLAIN, OVERTAKEN -> {}
            }
        }
        listener.accept(new ReEncryptionEvent.Progress(state.report()));
    }

    /** How far it came, towards which key. */
    private record State(String keyId, Optional<Position> after, ReEncryptionReport report) {
        private static final int FIGURES = 8;

        /** Goes on only towards the same key. */
        static State of(String keyId, Optional<String> saved) {
            State fresh = new State(keyId, Optional.empty(), ReEncryptionReport.NONE);
            String[] lines = saved.orElse("").split("\n", 3);
            if (lines.length < 3 || !lines[0].equals(keyId) || lines[2].isEmpty()) {
                return fresh;
            }
            String[] figures = lines[1].split(" ", -1);
            if (figures.length != FIGURES || !Stream.of(figures).allMatch(each -> each.matches("\\d{1,18}"))) {
                return fresh;
            }
            long[] n = Stream.of(figures).mapToLong(Long::parseLong).toArray();
            return new State(
                    keyId,
                    Optional.of(Position.of(lines[2])),
                    new ReEncryptionReport(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]));
        }

        String toText() {
            ReEncryptionReport r = report;
            return keyId + "\n" + r.read() + " " + r.rewritten() + " " + r.current() + " " + r.plain() + " "
                    + r.keyMissing() + " " + r.damaged() + " " + r.refused() + " " + r.overtaken() + "\n"
                    + after.map(Position::value).orElse("");
        }

        State plus(Page page, List<Item> failed) {
            ReEncryptionReport sum = report;
            for (Standing standing : Standing.values()) {
                sum = sum.plus(standing, count(page.items(), standing) + count(failed, standing));
            }
            // What failed was counted as OLD, too.
            sum = sum.minusRewritten(failed.size());
            return new State(keyId, Optional.of(page.next()), sum);
        }

        private static long count(List<Item> items, Standing standing) {
            return items.stream().filter(item -> item.standing() == standing).count();
        }
    }
}
