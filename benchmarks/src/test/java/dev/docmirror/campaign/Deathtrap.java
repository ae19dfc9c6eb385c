package dev.docmirror.campaign;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.testkit.Intercepted;

/**
 * Ends the process as SIGKILL does, without a hook or a flush, when it comes to a named point for the n-th time. A point is
 * a method of an SPI and the moment before or after it: {@code commit-before}.
 */
final class Deathtrap {
    /** Every point between reading a batch and settling an operation. */
    static final List<String> POINTS = List.of(
            "open-after",
            "poll-before",
            "poll-after",
            "lease-after",
            "begin-after",
            "mirrored-after",
            "apply-before",
            "apply-after",
            "archive-before",
            "archive-after",
            "park-before",
            "park-after",
            "save-before",
            "save-after",
            "commit-before",
            "commit-after",
            "claim-after",
            "write-before",
            "write-after",
            "settle-before",
            "settle-after");

    /** The exit code, which is the one after SIGKILL. */
    static final int KILLED = 137;

    private final String point;
    private final AtomicInteger left;

    private Deathtrap(String point, int pass) {
        this.point = point;
        this.left = new AtomicInteger(pass);
    }

    /** @param setting such as {@code commit-before:3}; empty for a process that lives */
    static Deathtrap of(String setting) {
        int colon = setting.indexOf(':');
        return colon < 0
                ? new Deathtrap("", 0)
                : new Deathtrap(setting.substring(0, colon), Integer.parseInt(setting.substring(colon + 1)));
    }

    ChangeSource source(ChangeSource source) {
        return set(ChangeSource.class, source);
    }

    MirrorSink sink(MirrorSink sink) {
        return set(MirrorSink.class, sink);
    }

    CheckpointStore checkpoints(CheckpointStore checkpoints) {
        return set(CheckpointStore.class, checkpoints);
    }

    DocumentTarget target(DocumentTarget target) {
        return set(DocumentTarget.class, target);
    }

    QueueStore queue(QueueStore queue) {
        return set(QueueStore.class, queue);
    }

    private <T> T set(Class<T> type, T part) {
        if (point.isEmpty()) {
            return part;
        }
        return Intercepted.of(type, part, (called, real, arguments) -> {
            pass(called.getName() + "-before");
            Object result = real.with(arguments);
            pass(called.getName() + "-after");
            if (result instanceof ChangeFeed feed) {
                return set(ChangeFeed.class, feed);
            }
            return result instanceof MirrorTransaction transaction ? set(MirrorTransaction.class, transaction) : result;
        });
    }

    private void pass(String here) {
        if (here.equals(point) && left.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
