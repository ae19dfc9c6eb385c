package dev.docmirror.campaign;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A server at a database's place that answers every request for changes in another wrong way, and in the end rightly. */
final class NonsenseCouchDb implements AutoCloseable {
    private static final String EMPTY = "{\"results\":[\n\n],\n\"last_seq\":\"2-x\",\"pending\":0}\n";

    private final HttpServer server;
    private final Deque<Reply> replies = new ArrayDeque<>();

    private record Reply(int status, String type, String body) {}

    NonsenseCouchDb(String said) throws IOException {
        replies.add(new Reply(500, "text/html", "<h1>" + said + "</h1>"));
        replies.add(new Reply(503, "application/json", "{\"error\":\"" + said + "\",\"reason\":\"" + said + "\"}"));
        replies.add(new Reply(500, "application/json", "{\"error\":\"unknown_error\",\"reason\":\"" + said + "\"}"));
        replies.add(new Reply(200, "text/html", "<html>" + said + "</html>"));
        replies.add(new Reply(200, "application/json", "{\"" + said + "\":\"" + said));
        replies.add(new Reply(200, "application/json", page("{\"_id\":\"cut\",\"_rev\":\"1-a\",\"t\":\"" + said)));
        replies.add(new Reply(
                200,
                "application/json",
                "{\"results\":[\n"
                        + row("unreadable", "{\"_id\":\"unreadable\",\"_rev\":\"1-a\",\"" + said + "\":" + said + "}")
                        + "\n],\n\"last_seq\":\"1-x\",\"pending\":0}\n"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private static String page(String doc) {
        return "{\"results\":[\n" + row("cut", doc);
    }

    private static String row(String id, String doc) {
        return "{\"seq\":\"1-x\",\"id\":\"" + id + "\",\"changes\":[{\"rev\":\"1-a\"}],\"doc\":" + doc + "}";
    }

    URI database() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/clinic");
    }

    synchronized int answersLeft() {
        return replies.size();
    }

    private synchronized Reply next(String path) {
        if (path.equals("/")) {
            return new Reply(200, "application/json", "{\"couchdb\":\"Welcome\",\"uuid\":\"u\"}");
        }
        if (path.equals("/clinic")) {
            return new Reply(200, "application/json", "{\"db_name\":\"clinic\",\"instance_start_time\":\"1\"}");
        }
        Reply reply = replies.poll();
        return reply == null ? new Reply(200, "application/json", EMPTY) : reply;
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        Reply reply = next(exchange.getRequestURI().getPath());
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", reply.type());
        exchange.sendResponseHeaders(reply.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
