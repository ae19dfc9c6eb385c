package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.SyncException;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.WriteBack;
import dev.docmirror.monitor.SyncEvent;
import org.jspecify.annotations.Nullable;

/**
 * Writes durable decisions to the source, on a thread of its own while a session follows the feed, else at its end. What
 * is to be written follows from the leaves as they are now, and only if they are the very ones that were judged: a leaf
 * nobody has archived yet is never closed. If they are others, their change is on its way through the feed and is judged
 * in its turn. So doing it again is safe.
 */
final class WriteBacks implements Runnable {
    private static final int PAGE = 200;

    private final Engine engine;
    private final Lease lease;
    private final Decider decider;
    private final Upstream upstream;
    private final Guard guard;
    private boolean waiting = true; // whatever an earlier worker left undone
    private volatile @Nullable SyncException failure;

    WriteBacks(Engine engine, Lease lease, Decider decider, Upstream upstream, Guard guard) {
        this.engine = engine;
        this.lease = lease;
        this.decider = decider;
        this.upstream = upstream;
        this.guard = guard;
    }

    /** There is something to write. */
    synchronized void wake() {
        waiting = true;
        notifyAll();
    }

    /** Writes everything that is due. */
    void writeAll() throws InterruptedException {
        boolean more = true;
        while (more) {
            more = guard.call(this::page);
        }
    }

    /** Throws what ended the thread. */
    void check() {
        SyncException ended = failure;
        if (ended != null) {
            throw ended;
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                awaitDue();
                writeAll();
            }
        } catch (Stop.StoppedException | InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        } catch (SyncException e) {
            failure = e;
        }
    }

    private synchronized void awaitDue() throws InterruptedException {
        while (!waiting) {
            wait(); // the end of the session interrupts it
        }
        waiting = false;
    }

    /** Writes some decisions; true if there may be more. */
    private boolean page() {
        Engine.Parts parts = engine.parts();
        List<WriteBack> due = parts.sink().writeBacks(lease.stream(), PAGE);
        if (due.isEmpty()) {
            return false;
        }
        List<Upstream.Plan> plans = plans(parts, due.stream().map(WriteBack::id).toList());
        Map<DocumentId, Upstream.Result> results = plans.isEmpty() ? Map.of() : upstream.write(plans);
        parts.sink().writtenBack(lease, due);
        results.forEach(this::tell);
        return due.size() == PAGE;
    }

    private List<Upstream.Plan> plans(Engine.Parts parts, List<DocumentId> ids) {
        Evidence evidence = new Evidence(parts.codec());
        Map<DocumentId, MirroredDocument> mirrored = new HashMap<>();
        try (MirrorTransaction tx = parts.sink().begin(lease)) {
            mirrored.putAll(tx.mirrored(ids));
            evidence.loadProtected(ids, tx);
        }
        Map<DocumentChange, MirroredDocument> judged = new LinkedHashMap<>();
        for (DocumentChange now : parts.source().read(ids)) {
            MirroredDocument known = mirrored.get(now.id());
            if (known != null && known.leaves().equals(now.digest())) {
                judged.put(now, known);
            }
        }
        if (parts.policy().needsAncestry() && !judged.isEmpty()) {
            List<DocumentId> wanted =
                    judged.keySet().stream().map(DocumentChange::id).toList();
            evidence.trace(wanted, parts.source().ancestry(wanted));
        }
        List<Upstream.Plan> plans = new ArrayList<>();
        judged.forEach((change, known) -> decider.plan(change, known, evidence).ifPresent(plans::add));
        return plans;
    }

    private void tell(DocumentId id, Upstream.Result result) {
        if (result instanceof Upstream.Result.Done done) {
            engine.tell(new SyncEvent.ResolvedUpstream(id, done.written(), done.closed()));
        } else if (result instanceof Upstream.Result.Refused refused) {
            engine.tell(new SyncEvent.UpstreamRefused(id, refused.reason()));
        }
    }
}
