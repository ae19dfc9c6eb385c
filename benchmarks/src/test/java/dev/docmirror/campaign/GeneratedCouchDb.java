package dev.docmirror.campaign;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import tools.jackson.databind.node.ObjectNode;

/** A large database in memory that answers as fast as it can, in the form CouchDB does: it loads who reads, not who serves. */
final class GeneratedCouchDb implements AutoCloseable {
    private static final Pattern SINCE = Pattern.compile("since=(\\d+)");
    private static final Pattern LIMIT = Pattern.compile("limit=(\\d+)");

    private static final int ROUND = 10_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final int count;
    private final List<byte[]> rows;

    GeneratedCouchDb(int documents) throws IOException {
        count = documents;
        rows = rows(documents);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** As bytes, a tenth of what the trees would take. */
    private static List<byte[]> rows(int count) {
        ClinicalDocuments made = new ClinicalDocuments(11);
        List<byte[]> rows = new ArrayList<>(count);
        while (rows.size() < count) {
            int round = rows.size() / ROUND;
            for (ObjectNode document : made.some(Math.min(ROUND, count - rows.size()))) {
                String id = document.get("_id").asString() + "." + round;
                document.put("_id", id).put("_rev", "1-a");
                String row = "{\"seq\":\"" + (rows.size() + 1) + "-g\",\"id\":\"" + id
                        + "\",\"changes\":[{\"rev\":\"1-a\"}],\"doc\":" + document + "}";
                rows.add(row.getBytes(StandardCharsets.UTF_8));
            }
        }
        return rows;
    }

    URI database() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/clinic");
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> write(out, "{\"couchdb\":\"Welcome\",\"uuid\":\"u\"}");
                case "/clinic" -> write(out, "{\"db_name\":\"clinic\",\"instance_start_time\":\"1\"}");
                default -> page(out, exchange.getRequestURI().getQuery());
            }
        }
    }

    private void page(OutputStream out, String query) throws IOException {
        int from = number(SINCE, query, 0);
        int to = Math.min(count, from + number(LIMIT, query, count));
        write(out, "{\"results\":[\n");
        for (int i = from; i < to; i++) {
            out.write(rows.get(i));
            write(out, i + 1 < to ? ",\r\n" : "\n");
        }
        write(out, "],\n\"last_seq\":\"" + to + "-g\",\"pending\":" + (count - to) + "}\n\n");
    }

    private static int number(Pattern pattern, String query, int otherwise) {
        Matcher matcher = pattern.matcher(query);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
