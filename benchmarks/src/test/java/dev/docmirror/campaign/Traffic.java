package dev.docmirror.campaign;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The devices at work: a thread that writes the herd's documents until it is told to rest, and repeats each write until the
 * server has taken it.
 */
final class Traffic implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_AT_ONCE = 8;
    private static final long MOST_NANOS_BETWEEN = 60_000_000;
    private static final Duration BEFORE_REPEATING = Duration.ofMillis(100);

    private final Documents database;
    private final Herd herd;
    private final SplittableRandom random;
    private final Thread thread = new Thread(this::work, "campaign-traffic");
    private boolean going;
    private boolean busy;
    private boolean closed;

    Traffic(Documents database, Herd herd, SplittableRandom random) {
        this.database = database;
        this.herd = herd;
        this.random = random;
        thread.start();
    }

    synchronized void resume() {
        going = true;
        notifyAll();
    }

    /** Returns when nothing is on its way. */
    synchronized void rest() throws InterruptedException {
        going = false;
        while (busy) {
            wait();
        }
    }

    /** Writes documents in one go, in this thread; only while the traffic rests. */
    void fill(int documents) throws InterruptedException {
        while (herd.members().size() < documents) {
            write(herd.next(100));
        }
    }

    private void work() {
        try {
            while (begin()) {
                write(herd.next(1 + random.nextInt(MOST_AT_ONCE)));
                end();
                Await.pass(Duration.ofNanos(random.nextLong(MOST_NANOS_BETWEEN)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private synchronized boolean begin() throws InterruptedException {
        while (!going && !closed) {
            wait();
        }
        busy = !closed;
        return busy;
    }

    private synchronized void end() {
        busy = false;
        notifyAll();
    }

    private void write(List<Herd.Edit> edits) throws InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("new_edits", false);
        ArrayNode documents = request.putArray("docs");
        edits.forEach(edit -> documents.add(edit.document()));
        while (!edits.isEmpty() && !isWritten(request.toString())) {
            Await.pass(BEFORE_REPEATING);
        }
        herd.written(edits);
    }

    private boolean isWritten(String request) throws InterruptedException {
        try {
            Documents.Answer answer = database.send("POST", "/_bulk_docs", request);
            return answer.status() == 201 && answer.json().isEmpty();
        } catch (IOException e) {
            return false; // whether it was taken or not: once more is the same
        }
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        thread.join();
    }
}
