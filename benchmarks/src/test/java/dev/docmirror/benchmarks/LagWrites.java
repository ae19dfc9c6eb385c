package dev.docmirror.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import dev.docmirror.examples.quickstart.Clinic;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Edits documents at a steady pace, whatever becomes of the edits, and knows when it began each. */
final class LagWrites {
    private static final int WRITERS = 4;
    private static final String NUMBER = "write";

    private final Clinic clinic;
    private final List<ObjectNode> documents;
    private int written;

    /** @param documents that are in the database, with their revisions; at least one for each writer */
    LagWrites(Clinic clinic, List<ObjectNode> documents) {
        this.clinic = clinic;
        this.documents = documents;
    }

    /**
     * When the request of each write was sent.
     *
     * @param first the number of the first one
     * @param turn after so many writes the same document is written again
     * @param micros when, in microseconds
     */
    record Sent(int first, int turn, AtomicLongArray micros) {

        /**
         * The milliseconds to the arrival of each write, in order of size. One that was overwritten before it was read
         * arrives with its successor.
         */
        double[] lags(List<long[]> stamps) {
            long[] arrived = new long[micros.length()];
            for (long[] stamp : stamps) {
                int index = (int) stamp[0] - first;
                if (index >= 0 && index < arrived.length) {
                    arrived[index] = stamp[1];
                }
            }
            double[] lags = new double[micros.length()];
            for (int i = lags.length - 1; i >= 0; i--) {
                if (arrived[i] == 0 && i + turn < arrived.length) {
                    arrived[i] = arrived[i + turn];
                }
                if (arrived[i] == 0) {
                    throw new IllegalStateException("write " + (first + i) + " did not arrive");
                }
                lags[i] = (arrived[i] - micros.get(i)) / 1e3;
            }
            Arrays.sort(lags);
            return lags;
        }
    }

    Sent write(int perSecond, int seconds) throws Exception {
        int first = written;
        AtomicLongArray sent = new AtomicLongArray(perSecond * seconds);
        written += sent.length();
        long began = System.nanoTime();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<Void>> shares = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int offset = writer;
                shares.add(() -> {
                    for (int i = offset; i < sent.length(); i += WRITERS) {
                        await(began + i * 1_000_000_000L / perSecond);
                        sent.set(i, put(first + i, i));
                    }
                    return null;
                });
            }
            for (Future<Void> share : writers.invokeAll(shares)) {
                share.get();
            }
        } finally {
            writers.shutdown();
        }
        return new Sent(first, turn(), sent);
    }

    /** A document belongs to one writer: its next revision is made of its last one. */
    private long put(int number, int index) throws Exception {
        ObjectNode document = documents.get(index % turn());
        document.put(NUMBER, number);
        long sent = micros();
        clinic.put(document);
        return sent;
    }

    private int turn() {
        return documents.size() - documents.size() % WRITERS;
    }

    private static void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Notes that the write a document came from has arrived now. */
    static void stamp(JsonNode document, List<long[]> stamps) {
        JsonNode number = document.path(NUMBER);
        if (number.isInt()) {
            stamps.add(new long[] {number.intValue(), micros()});
        }
    }

    /** By the machine's clock, which all processes share. */
    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
