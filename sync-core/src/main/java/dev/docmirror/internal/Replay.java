package dev.docmirror.internal;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.docmirror.ReplayReport;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;

/**
 * Documents to be read from the source and made anew, and what came of it. Served by the apply thread in portions that
 * keep the bounds of a batch as well as can be foretold: by the size of those before.
 */
final class Replay {
    private static final int FIRST = 50;

    private final List<DocumentId> ids;
    private final CompletableFuture<ReplayReport> report = new CompletableFuture<>();
    private ReplayReport sofar = ReplayReport.nothing();
    private int next;
    private int portion = FIRST;

    Replay(Collection<DocumentId> ids) {
        this.ids = ids.stream().distinct().toList();
    }

    CompletableFuture<ReplayReport> report() {
        return report;
    }

    boolean isDone() {
        return next >= ids.size();
    }

    List<DocumentId> portion() {
        return ids.subList(next, Math.min(ids.size(), next + portion));
    }

    /** The portion is durable. */
    void served(List<DocumentChange> found, BatchOutcome outcome, int mostDocuments, long mostBytes) {
        int asked = portion().size();
        long bytes = found.stream().mapToLong(DocumentChange::bytes).sum();
        sofar = sofar.plus(new ReplayReport(
                asked, outcome.writes().size(), outcome.encrypted(), outcome.poison(), asked - found.size()));
        next += asked;
        long fitting = bytes == 0 ? mostDocuments : Math.max(1, mostBytes * asked / bytes);
        portion = (int) Math.min(Math.min(mostDocuments, fitting), portion * 2L);
        if (isDone()) {
            report.complete(sofar);
        }
    }
}
