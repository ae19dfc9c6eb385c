package dev.docmirror.reconcile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.docmirror.Comparison;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.reconcile.Finding.Kind;
import dev.docmirror.reconcile.ReconcileCursor.Phase;
import dev.docmirror.reconcile.RevisionSource.Purges;

/**
 * Compares a source with its mirror, in two phases. First it lists the source's documents with their leaves, without
 * bodies, and looks each up in the registry: what is missing or stale shows. Then it goes through the registry and
 * compares the rows of each document with those that the mapping makes of it now: what was damaged shows, and what the
 * source does not know any more. The worker may go on meanwhile; what has just changed is asked again before it counts.
 * One that does not run mirrors nothing meanwhile, so changes it has not seen yet are missing or stale.
 *
 * <p>The first phase goes in the order of the feed, the second one in that of the registry's keys. A list by id
 * ({@code _all_docs}) would not do for the first: it hides deleted documents, so that a deletion that was missed looks like
 * a purge, and shows the winner alone, so that a losing version that was missed shows nowhere. The feed has a row for each
 * document with all leaves; a document that changes meanwhile moves to its end, and is looked at once more, never passed
 * over.
 *
 * <p>Memory is bounded by a page; the load by the page's size and the pause between two, at most {@code page / pause}
 * documents a second. A host that would rather look at a little now and then takes a {@link #step} at a time, say one a
 * minute from a scheduler, and keeps the {@linkplain ReconcileReport#next() cursor}, also over restarts. A worker that runs
 * compares between its batches. Thread-safe; nothing is kept between two calls.
 *
 * <p><b>Purges</b> leave the feed without a row. Where the source tells them (CouchDB 3.4 and newer), they are followed
 * without listing anything: {@code resume(ReconcileCursor.purges())} begins a report whose steps look at what was purged
 * since the last one, two small requests where nothing was. What is still mirrored is {@code EXTRA}, what has lost a leaf
 * that the mirror knows {@code STALE}. The source remembers a limited number of purges (CouchDB's
 * {@code _purged_infos_limit}, 1,000 by default), and a node of a cluster may not have heard of a purge yet when it is
 * asked for the document; so this makes a complete {@link #check()} rarer and does not replace it.
 */
public final class Reconciler {
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private final SyncWorker worker;
    private final RevisionSource source;
    private final MirrorSink sink;
    private final DeadLetterStore deadLetters;
    private final int page;
    private final Duration pause;

    private Reconciler(
            SyncWorker worker,
            RevisionSource source,
            MirrorSink sink,
            DeadLetterStore deadLetters,
            int page,
            Duration pause) {
        this.worker = worker;
        this.source = source;
        this.sink = sink;
        this.deadLetters = deadLetters;
        this.page = page;
        this.pause = pause;
    }

    /**
     * A reconciler of the parts that the worker was made of; they stay the host's. Pages of 500 documents, no pause.
     *
     * @param source the worker's source
     * @param deadLetters a document that is parked is not missing
     */
    public static Reconciler of(
            SyncWorker worker, RevisionSource source, MirrorSink sink, DeadLetterStore deadLetters) {
        return new Reconciler(worker, source, sink, deadLetters, 500, Duration.ZERO);
    }

    /** How many documents are looked at together. Default 500. */
    public Reconciler withPage(int documents) {
        if (documents < 1) {
            throw new IllegalArgumentException("page: must be >= 1, was " + documents);
        }
        return new Reconciler(worker, source, sink, deadLetters, documents, pause);
    }

    /** How long to rest between two pages. Default zero. */
    public Reconciler withPause(Duration rest) {
        if (rest.isNegative()) {
            throw new IllegalArgumentException("pause: must not be negative, was " + rest);
        }
        return new Reconciler(worker, source, sink, deadLetters, page, rest);
    }

    /** Looks at everything, changes nothing. */
    public ReconcileReport check() throws InterruptedException {
        return run(false);
    }

    /**
     * Looks at everything and mends what it finds: documents that are missing, stale or damaged are
     * {@linkplain SyncWorker#replay made anew}, those that the source does not know any more
     * {@linkplain SyncWorker#forget forgotten}, unless they are protected.
     */
    public ReconcileReport repair() throws InterruptedException {
        return run(true);
    }

    private ReconcileReport run(boolean repair) throws InterruptedException {
        ReconcileReport report = ReconcileReport.begin();
        while (report.next().isPresent()) {
            report = step(report, repair);
            if (report.next().isPresent()) {
                rest();
            }
        }
        return report;
    }

    private void rest() throws InterruptedException {
        if (!pause.isZero()) {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }

    /** The report of a reconciliation that has yet to look at anything. */
    public ReconcileReport begin() {
        return ReconcileReport.begin();
    }

    /**
     * The report of a reconciliation that goes on at a place; what was found before is not in it.
     *
     * @param cursor where an earlier one stopped
     */
    public ReconcileReport resume(ReconcileCursor cursor) {
        return new ReconcileReport(
                0, 0, Map.of(), List.of(), 0, Duration.ZERO, Optional.of(Objects.requireNonNull(cursor)));
    }

    /**
     * Looks at one more page, or at all that was purged since the last step; at nothing, if the worker does not catch up.
     *
     * @param sofar what came of those before
     * @param repair whether to mend what is found
     * @return the sum
     * @throws UnsupportedOperationException if purges are to be followed and the source does not tell them
     */
    public ReconcileReport step(ReconcileReport sofar, boolean repair) throws InterruptedException {
        if (sofar.next().isEmpty()) {
            return sofar;
        }
        ReconcileCursor cursor = sofar.next().get();
        return switch (cursor.phase()) {
            case SOURCE -> list(sofar, cursor, repair);
            case MIRROR -> compare(sofar, cursor, repair);
            case PURGES -> follow(sofar, cursor, repair);
        };
    }

    private ReconcileReport list(ReconcileReport sofar, ReconcileCursor cursor, boolean repair)
            throws InterruptedException {
        long began = System.nanoTime();
        RevisionSource.RevisionPage listed = source.revisions(cursor.position(), page);
        List<Finding> findings = settled(unlike(listed.documents()));
        long mended =
                repair && !findings.isEmpty() ? worker.replay(ids(findings)).written() : 0;
        ReconcileCursor next = listed.end()
                ? new ReconcileCursor(Phase.MIRROR, Optional.empty())
                : new ReconcileCursor(
                        Phase.SOURCE, Optional.of(listed.position().value()));
        return sofar.plus(listed.documents().size(), 0, findings, mended, since(began), Optional.of(next));
    }

    /** Those of the findings that still are when the worker has mirrored what has just changed. */
    private List<Finding> settled(List<Finding> findings) throws InterruptedException {
        if (findings.isEmpty()) {
            return findings;
        }
        if (worker.isRunning()) {
            worker.awaitCaughtUp(SETTLING);
        }
        return unlike(now(ids(findings)));
    }

    private Map<DocumentId, LeafDigest> now(Collection<DocumentId> ids) {
        Map<DocumentId, LeafDigest> leaves = new HashMap<>();
        for (DocumentChange change : source.read(ids)) {
            leaves.put(change.id(), change.digest());
        }
        return leaves;
    }

    /** The documents of which the registry holds other leaves, or none. */
    private List<Finding> unlike(Map<DocumentId, LeafDigest> leaves) {
        Map<DocumentId, MirroredDocument> known = sink.mirrored(worker.stream(), leaves.keySet());
        List<Finding> findings = new ArrayList<>();
        leaves.forEach((id, digest) -> {
            MirroredDocument mirrored = known.get(id);
            boolean alike = mirrored != null && mirrored.leaves().equals(digest);
            if (!alike && deadLetters.of(worker.stream(), id).isEmpty()) {
                findings.add(
                        mirrored == null
                                ? new Finding(id, Kind.MISSING, Optional.empty())
                                : new Finding(id, Kind.STALE, mirrored.type()));
            }
        });
        return findings;
    }

    private ReconcileReport compare(ReconcileReport sofar, ReconcileCursor cursor, boolean repair)
            throws InterruptedException {
        long began = System.nanoTime();
        List<MirroredDocument> registered = sink.registered(worker.stream(), cursor.document(), page);
        if (registered.isEmpty()) {
            return sofar.plus(0, 0, List.of(), 0, since(began), Optional.empty());
        }
        Map<DocumentId, MirroredDocument> byId = new HashMap<>();
        registered.forEach(document -> byId.put(document.id(), document));
        Comparison comparison = worker.compare(byId.keySet());
        List<Finding> findings = new ArrayList<>();
        comparison.different().forEach(id -> findings.add(finding(byId, id, Kind.DAMAGED)));
        comparison.gone().forEach(id -> findings.add(finding(byId, id, Kind.EXTRA)));
        long mended = 0;
        if (repair) {
            mended += worker.replay(comparison.different()).written();
            mended += worker.forget(comparison.gone()).size();
        }
        DocumentId last = registered.get(registered.size() - 1).id();
        ReconcileCursor next = new ReconcileCursor(Phase.MIRROR, Optional.of(last.value()));
        return sofar.plus(0, registered.size(), findings, mended, since(began), Optional.of(next));
    }

    private ReconcileReport follow(ReconcileReport sofar, ReconcileCursor cursor, boolean repair)
            throws InterruptedException {
        Purges purges = source.purges(cursor.place())
                .orElseThrow(() -> new UnsupportedOperationException(
                        "the source does not tell what was purged, which CouchDB does from 3.4 on; use check()"));
        // What was fetched before it was purged may still be on its way into the mirror.
        if (!purges.documents().isEmpty() && worker.isRunning() && !worker.awaitCaughtUp(SETTLING)) {
            return sofar;
        }
        ReconcileCursor next = new ReconcileCursor(Phase.PURGES, Optional.of(purges.sequence()));
        List<DocumentId> purged = List.copyOf(purges.documents());
        ReconcileReport report = sofar.plus(0, 0, List.of(), 0, Duration.ZERO, Optional.of(next));
        for (int i = 0; i < purged.size(); i += page) {
            if (i > 0) {
                rest();
            }
            report = purged(report, next, purged.subList(i, Math.min(purged.size(), i + page)), repair);
        }
        return report;
    }

    private ReconcileReport purged(ReconcileReport sofar, ReconcileCursor next, List<DocumentId> ids, boolean repair)
            throws InterruptedException {
        long began = System.nanoTime();
        Map<DocumentId, MirroredDocument> known = sink.mirrored(worker.stream(), ids);
        Map<DocumentId, LeafDigest> now = now(known.keySet());
        List<Finding> stale = settled(unlike(now));
        List<DocumentId> gone =
                known.keySet().stream().filter(id -> !now.containsKey(id)).toList();
        List<Finding> findings = new ArrayList<>(stale);
        gone.forEach(id -> findings.add(finding(known, id, Kind.EXTRA)));
        long mended = 0;
        if (repair) {
            mended += worker.replay(ids(stale)).written();
            mended += worker.forget(gone).size();
        }
        return sofar.plus(ids.size(), 0, findings, mended, since(began), Optional.of(next));
    }

    private static Finding finding(Map<DocumentId, MirroredDocument> byId, DocumentId id, Kind kind) {
        MirroredDocument mirrored = byId.get(id);
        return new Finding(id, kind, mirrored == null ? Optional.empty() : mirrored.type());
    }

    private static List<DocumentId> ids(List<Finding> findings) {
        return findings.stream().map(Finding::id).toList();
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
