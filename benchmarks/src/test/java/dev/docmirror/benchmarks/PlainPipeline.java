package dev.docmirror.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a good programmer writes in an afternoon: one thread reads and parses pages, one upserts them, a transaction a
 * page. It keeps no position, guards no revision, looks at no conflict, and one bad document ends it.
 */
final class PlainPipeline implements Candidate {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Override
    public Outcome run(Task task, Control control) throws Exception {
        Meter meter = new Meter(task.documents());
        BlockingQueue<JsonNode> pages = new ArrayBlockingQueue<>(1);
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> read(task, pages));
        try (Connection connection = task.connect()) {
            connection.setAutoCommit(false);
            long left = task.documents();
            while (left > 0) {
                JsonNode results = pages.take();
                if (results.isMissingNode()) {
                    break;
                }
                PlainRows rows = new PlainRows();
                results.forEach(row -> rows.add(row.get("doc")));
                rows.write(connection);
                connection.commit();
                meter.advance(results.size());
                left -= results.size();
            }
        }
        reader.get();
        return meter.outcome();
    }

    /** Hands pages over, and a missing node behind the last one. */
    private static void read(Task task, BlockingQueue<JsonNode> pages) {
        Pages source = task.pages();
        String since = "0";
        int left = task.documents();
        try {
            try {
                while (left > 0) {
                    JsonNode page = page(source.changes(since));
                    since = page.get("last_seq").asString();
                    left -= page.get("results").size();
                    pages.put(page.get("results"));
                }
            } finally {
                pages.put(JSON.missingNode());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static JsonNode page(InputStream answer) throws IOException {
        try (answer) {
            return JSON.readTree(answer);
        }
    }
}
