package dev.docmirror.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;

/** The real worker under a policy on in-memory parts; its mirror keeps each document's text. */
final class PolicyRig {
    static final StreamId STREAM = StreamId.of("laws");
    private static final TableLayout TEXTS = TableLayout.of("texts", "doc_id", "text");
    private static final SyncOptions OPTIONS = SyncOptions.defaults()
            .withBackoff(Duration.ofMillis(1), Duration.ofMillis(2))
            .withSystemicFailure(1.0, 1_000_000);
    private static final DocumentMapper MAPPER = (document, context) ->
            new Mapping.Rows("text", List.of(new RowChange.Put(TEXTS, new Object[] {document.text()})));

    final InMemoryDatabase database;
    final InMemoryMirror mirror = new InMemoryMirror();
    private final ConflictPolicy policy;
    private final UnaryOperator<MirrorSink> sink;
    private final boolean upstream;
    private SyncWorker worker;

    PolicyRig(ConflictPolicy policy, UnaryOperator<MirrorSink> sink, boolean upstream) {
        this(new InMemoryDatabase("laws"), policy, sink, upstream);
    }

    PolicyRig(InMemoryDatabase database, ConflictPolicy policy, UnaryOperator<MirrorSink> sink, boolean upstream) {
        this.database = database;
        this.policy = policy;
        this.sink = sink;
        this.upstream = upstream;
        mirror.create(TEXTS);
        this.worker = newWorker();
    }

    /** What can happen to a worker that mirrors. */
    enum Mishap {
        NONE,
        /** It begins again from the start. */
        REPLAY,
        /** It dies before the commit, and another one takes over. */
        CRASH,
        /** The commit's answer is lost, and the batch is done again. */
        LOST_ANSWER,
        /** A node that lags behind hands out an older state. */
        OLD_STATE
    }

    PolicyRig with(Collection<Document> leaves) {
        leaves.forEach(database::fork);
        return this;
    }

    /** Adds a leaf, mirrors it, and lets something happen meanwhile. */
    void arrive(Document leaf, Mishap mishap) {
        Optional<DocumentChange> before = database.get(leaf.id());
        database.fork(leaf);
        suffer(mishap, before);
    }

    void suffer(Mishap mishap, Optional<DocumentChange> before) {
        if (mishap == Mishap.CRASH) {
            mirror.faults().next(InMemoryMirror.Point.COMMIT, () -> {
                throw new IllegalStateException("the worker dies");
            });
        } else if (mishap == Mishap.LOST_ANSWER) {
            mirror.faults().failNext(InMemoryMirror.Point.COMMIT_ANSWER, 1);
        }
        run();
        mirror.faults().heal();
        if (mishap == Mishap.REPLAY) {
            replay();
        } else if (mishap == Mishap.OLD_STATE) {
            before.ifPresent(database::inject);
            run();
        }
    }

    void replay() {
        mirror.checkpoints().reset(STREAM);
        run();
    }

    /** Mirrors what there is; a worker that dies is replaced by another one. */
    PolicyRig run() {
        try {
            runOnce();
        } catch (UnexpectedFailureException e) {
            mirror.faults().heal();
            worker = newWorker();
            runOnce();
        }
        return this;
    }

    private void runOnce() {
        try {
            worker.runOnce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a law was tested", e);
        }
    }

    /** One that is not closed: between its runs it holds nothing. */
    private SyncWorker newWorker() {
        SyncWorker.Builder builder = SyncWorker.builder(
                        STREAM.value(), database.source(), MAPPER, sink.apply(mirror.sink()), mirror.checkpoints())
                .conflicts(policy)
                .options(OPTIONS)
                .listener((stream, event) -> {});
        return (upstream ? builder.resolveUpstream(database.target()) : builder).build();
    }

    /**
     * What the mirror holds, as text that is equal for equal states. A protected version counts by what it says: of
     * equal ones that were signed or locked twice, the first that came stays.
     */
    List<String> state() {
        return mirror.registry(STREAM).stream().map(this::told).sorted().toList();
    }

    private String told(MirroredDocument entry) {
        String text = text(entry.id()).orElse("no row");
        String version = entry.protection() == Protection.NONE
                ? entry.revision() + (entry.deleted() ? " deleted " : " ") + text
                : Bodies.parsed(text)
                        .map(body -> body.without("_rev").toString())
                        .orElse(text);
        return entry.id() + " " + entry.protection() + " " + version;
    }

    /** The mirrored text of a document, if it has a row. */
    Optional<String> text(DocumentId id) {
        return mirror.rows(TEXTS.table()).stream()
                .filter(row -> id.value().equals(row.get("doc_id")))
                .map(row -> String.valueOf(row.get("text")))
                .findFirst();
    }

    /** Every archived version, the oldest decision first. */
    List<Document> archived() {
        return mirror.archived(STREAM).stream()
                .map(ArchiveEntry::conflict)
                .map(ArchivedConflict::loser)
                .toList();
    }

    List<Document> open() {
        return mirror.archived(STREAM).stream()
                .filter(ArchiveEntry::isOpen)
                .map(entry -> entry.conflict().loser())
                .toList();
    }

    boolean hasReviews() {
        return mirror.archived(STREAM).stream()
                .anyMatch(entry -> entry.conflict().outcome() == ArchivedConflict.Outcome.REVIEW);
    }

    /** Whether what is mirrored may depend on what was mirrored before: a version is protected. */
    boolean hasProtected() {
        return mirror.registry(STREAM).stream().anyMatch(entry -> entry.protection() != Protection.NONE);
    }

    /** Whether a version is or was protected against another one. */
    boolean hasRejected() {
        return mirror.archived(STREAM).stream()
                .map(entry -> entry.conflict().outcome())
                .anyMatch(outcome -> outcome == ArchivedConflict.Outcome.REJECTED_IMMUTABLE
                        || outcome == ArchivedConflict.Outcome.REJECTED_LOCKED);
    }

    boolean hasMerged() {
        return mirror.archived(STREAM).stream()
                .anyMatch(entry -> entry.conflict().outcome() == ArchivedConflict.Outcome.MERGED);
    }

    int deadLetters() {
        return (int) mirror.deadLetters().count(STREAM);
    }

    /** Versions by revision and body, sorted, each as often as it is there. */
    static List<String> versions(Collection<Document> documents) {
        return documents.stream()
                .map(document -> document + " " + document.contentHash())
                .sorted()
                .toList();
    }

    /** All leaves of the database. */
    List<String> leaves() {
        return versions(database.all().stream()
                .flatMap(change -> change.leaves().stream())
                .toList());
    }
}
