package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.docmirror.examples.backend.proxy.Ownership.Standing;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The feed of changes, of the caller's own documents. What belongs to others is passed over: a page is filled up from
 * behind it, and {@code last_seq} stands behind it too, since PouchDB takes a short page for the end. Thread-safe.
 */
final class ChangesFeed {
    /** How many rows are asked for at once; each of their documents is read to see whose it is. */
    private static final int ROWS_AT_ONCE = 100;

    /**
     * What a device asks for.
     *
     * @param since where it goes on, opaque
     * @param limit rows at most
     * @param patience how long to wait for a first row; zero for an answer at once
     * @param heartbeat how often an empty line shows that the line is open
     */
    record Request(String since, int limit, boolean allLeaves, Duration patience, Duration heartbeat) {}

    private final CouchDbClient couch;
    private final CouchDbClient waiting;
    private final Ownership ownership;
    private volatile boolean ends;

    /** @param waiting for the requests that wait for changes; closed here when the application ends */
    ChangesFeed(CouchDbClient couch, CouchDbClient waiting, Ownership ownership) {
        this.couch = couch;
        this.waiting = waiting;
        this.ownership = ownership;
    }

    /** Has all devices answered that wait, so that the application need not. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        ends = true;
        waiting.close();
    }

    /**
     * Answers a request.
     *
     * @throws ProxyException before anything is written, if CouchDB can't be asked
     */
    void answer(String user, Request request, OutputStream out) throws IOException {
        long end = System.nanoTime() + request.patience().toNanos();
        Duration pause = Duration.ZERO;
        Rows rows = new Rows(out, request.since());
        while (true) {
            JsonNode page = page(rows.reached, Math.min(ROWS_AT_ONCE, request.limit() - rows.count), request, pause);
            rows.add(visible(user, page.path("results")), page.path("last_seq").asString());
            boolean atEnd =
                    page.path("results").isEmpty() && page.path("pending").asLong(0) == 0;
            Duration left = Duration.ofNanos(end - System.nanoTime());
            boolean over = rows.count > 0 || ends || left.isNegative() || left.isZero();
            if (rows.count >= request.limit() || (atEnd && over)) {
                break;
            }
            pause = Duration.ZERO;
            if (atEnd) {
                rows.beat();
                pause = left.compareTo(request.heartbeat()) < 0 ? left : request.heartbeat();
            }
        }
        rows.end();
    }

    /** The answer, as far as it is written. A row is written when the next one, or the end, is known. */
    private static final class Rows {
        private final OutputStream out;
        private String reached;
        private int count;
        private boolean begun;
        private @Nullable ObjectNode held;

        Rows(OutputStream out, String since) {
            this.out = out;
            this.reached = since;
        }

        void add(List<ObjectNode> rows, String last) throws IOException {
            if (!begun) {
                write("{\"results\":[\n");
                begun = true;
            }
            for (ObjectNode row : rows) {
                writeHeld(",\n");
                held = row;
                count++;
            }
            reached = last;
        }

        /** Shows that the line is open. */
        void beat() throws IOException {
            write("\n");
            out.flush();
        }

        /** The last row carries where the feed has come to, so that what was passed over behind it is not read again. */
        void end() throws IOException {
            if (held != null) {
                held.put("seq", reached);
            }
            writeHeld("");
            write("\n],\n\"last_seq\":" + JsonNodeFactory.instance.stringNode(reached) + "}\n");
            out.flush();
        }

        private void writeHeld(String behind) throws IOException {
            if (held != null) {
                out.write(ProxyJson.bytes(held));
                write(behind);
            }
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private JsonNode page(String since, int limit, Request request, Duration pause) {
        Map<String, String> query = new HashMap<>();
        query.put("since", since);
        query.put("limit", Integer.toString(limit));
        if (request.allLeaves()) {
            query.put("style", "all_docs");
        }
        if (!pause.isZero()) {
            query.put("feed", "longpoll");
            query.put("timeout", Long.toString(Math.max(1, pause.toMillis())));
        }
        try (Reply reply =
                (pause.isZero() ? couch : waiting).get("_changes", query).success()) {
            return reply.tree();
        } catch (ProxyException e) {
            if (ends && !pause.isZero()) {
                return ProxyJson.object().put("last_seq", since);
            }
            throw e;
        }
    }

    private List<ObjectNode> visible(String user, JsonNode rows) {
        List<String> ids = rows.valueStream()
                .map(row -> row.path("id").asString(""))
                .filter(id -> !id.startsWith("_"))
                .toList();
        Map<String, Standing> standings = ids.isEmpty() ? Map.of() : ownership.of(user, ids);
        List<ObjectNode> visible = new ArrayList<>();
        for (JsonNode row : rows) {
            Standing standing = standings.get(row.path("id").asString(""));
            if (row instanceof ObjectNode own && standing != null && standing.isOwn()) {
                ArrayNode changes = ProxyJson.object().putArray("changes");
                row.path("changes")
                        .valueStream()
                        .filter(change ->
                                standing.revisions().contains(change.path("rev").asString("")))
                        .forEach(changes::add);
                if (!changes.isEmpty()) {
                    own.set("changes", changes);
                    visible.add(own);
                }
            }
        }
        return visible;
    }
}
