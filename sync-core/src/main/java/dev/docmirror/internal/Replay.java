package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.docmirror.Comparison;
import dev.docmirror.ReplayReport;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.mirror.StoredDocuments;

/**
 * Documents to be looked at outside of the feed's order, as the source has them or as they are stored, and what came of
 * it. Served by the apply thread in portions that keep the bounds of a batch as well as can be foretold: by the size of
 * those before.
 */
public final class Replay {
    private static final int FIRST = 50;

    /** What is done with each document. */
    public enum Action {
        /** Its rows are made anew. */
        WRITE,
        /** Its rows are made anew if those of others let it; if not, nothing is told. */
        RETRY,
        /** Its rows are compared with what they would be. */
        COMPARE,
        /** What is mirrored of it is removed if the source does not know it. */
        FORGET,
        /** The rows of what is mirrored are made anew, from stored documents; the source is not asked. */
        REMAP
    }

    /**
     * What came of it.
     *
     * @param forgotten documents that were removed
     * @param unproven documents of which what is mirrored is not stored
     */
    public record Result(
            ReplayReport report, Comparison comparison, Set<DocumentId> forgotten, List<DocumentId> unproven) {}

    private final Action action;
    private final List<DocumentId> ids;
    private final StoredDocuments stored;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final Set<DocumentId> different = new HashSet<>();
    private final Set<DocumentId> gone = new HashSet<>();
    private final Set<DocumentId> forgotten = new HashSet<>();
    private final List<DocumentId> unproven = new ArrayList<>();
    private ReplayReport report = ReplayReport.nothing();
    private int next;
    private int portion = FIRST;

    /** @param stored where {@link Action#REMAP} finds documents */
    Replay(Action action, Collection<DocumentId> ids, StoredDocuments stored) {
        this.action = action;
        this.stored = stored;
        this.ids = ids.stream().distinct().toList();
        if (this.ids.isEmpty()) {
            complete();
        }
    }

    CompletableFuture<Result> result() {
        return result;
    }

    Action action() {
        return action;
    }

    StoredDocuments stored() {
        return stored;
    }

    boolean isDone() {
        return next >= ids.size();
    }

    List<DocumentId> portion() {
        return ids.subList(next, Math.min(ids.size(), next + portion));
    }

    /** The documents of the portion that the source does not know. */
    Set<DocumentId> gone(List<DocumentChange> found) {
        Set<DocumentId> unknown = new HashSet<>(portion());
        found.forEach(change -> unknown.remove(change.id()));
        return unknown;
    }

    void written(BatchOutcome outcome, int asked, int unknown) {
        report = report.plus(
                new ReplayReport(asked, outcome.writes().size(), outcome.encrypted(), outcome.leftParked(), unknown));
    }

    void remapped(BatchOutcome outcome, int asked) {
        written(outcome, asked, 0);
        unproven.addAll(outcome.unproven());
    }

    void compared(Collection<DocumentId> unlike) {
        different.addAll(unlike);
    }

    void forgotten(Collection<DocumentId> removed) {
        forgotten.addAll(removed);
    }

    void served(List<DocumentChange> found, BatchLimits limits) {
        gone.addAll(gone(found));
        served(found.stream().mapToLong(DocumentChange::bytes).sum(), limits);
    }

    /** The portion is done, and had so many bytes. */
    void served(long bytes, BatchLimits limits) {
        int asked = portion().size();
        next += asked;
        long fitting = bytes == 0 ? limits.documents() : Math.max(1, limits.bytes() * asked / bytes);
        portion = (int) Math.min(Math.min(limits.documents(), fitting), portion * 2L);
        if (isDone()) {
            complete();
        }
    }

    private void complete() {
        result.complete(new Result(report, new Comparison(different, gone), Set.copyOf(forgotten), unproven));
    }
}
