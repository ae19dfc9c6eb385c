package dev.docmirror.couchdb;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** An HTTP server of raw sockets that answers as a test wants, byte by byte. */
final class ScriptedServer implements AutoCloseable {
    /** Answers a request; what it throws ends the connection. */
    interface Script {
        void answer(Call call) throws IOException;
    }

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Thread acceptor;
    private final Script script;

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.acceptor = daemon(this::accept);
    }

    /** A database {@code db} that is there, whose {@code _changes} and the rest are scripted. */
    static ScriptedServer database(Script script) throws IOException {
        return new ScriptedServer(call -> {
            if (call.path.equals("/")) {
                call.json(200, "{\"couchdb\":\"Welcome\",\"uuid\":\"u1\"}");
            } else if (call.path.equals("/db")) {
                call.json(200, "{\"db_name\":\"db\",\"instance_start_time\":\"17\"}");
            } else {
                script.answer(call);
            }
        });
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/db");
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Method and path of all requests, without those that ask for the identity. */
    List<String> calls() {
        return calls.stream()
                .filter(call -> !call.equals("GET /") && !call.equals("GET /db"))
                .toList();
    }

    List<String> allCalls() {
        return List.copyOf(calls);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Call call = Call.read(in, socket.getOutputStream());
                if (call == null) {
                    return;
                }
                calls.add(call.method + " " + call.path);
                script.answer(call);
                call.out.flush();
            }
        } catch (IOException e) {
            // the client went away, or the script wants the connection cut
        } finally {
            connections.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join(); // it may accept a last one meanwhile
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        for (Socket socket : connections) {
            socket.close();
        }
    }

    /** One request, and the way to answer it. */
    static final class Call {
        final String method;
        final String path;
        final String query;
        final Map<String, String> headers;
        final String body;
        final OutputStream out;

        private Call(String head, Map<String, String> headers, String body, OutputStream out) {
            String[] words = head.split(" ", 3);
            int question = words[1].indexOf('?');
            this.method = words[0];
            this.path = question < 0 ? words[1] : words[1].substring(0, question);
            this.query = question < 0 ? "" : words[1].substring(question + 1);
            this.headers = headers;
            this.body = body;
            this.out = out;
        }

        static Call read(InputStream in, OutputStream out) throws IOException {
            String head = line(in);
            if (head == null) {
                return null;
            }
            Map<String, String> headers = new ConcurrentHashMap<>();
            for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            InputStream body = new ByteArrayInputStream(in.readNBytes(length));
            if ("gzip".equals(headers.get("content-encoding"))) {
                body = new GZIPInputStream(body);
            }
            return new Call(head, headers, new String(body.readAllBytes(), StandardCharsets.UTF_8), out);
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    return null;
                }
                if (b != '\r') {
                    line.write(b);
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean isLongpoll() {
            return query.contains("feed=longpoll");
        }

        String since() {
            return query.replaceFirst(".*since=([^&]*).*", "$1");
        }

        int limit() {
            return number("limit");
        }

        int seqInterval() {
            return number("seq_interval");
        }

        private int number(String name) {
            return Integer.parseInt(query.replaceFirst(".*[?&]?" + name + "=([0-9]+).*", "$1"));
        }

        void json(int status, String json, String... headers) throws IOException {
            bytes(status, json.getBytes(StandardCharsets.UTF_8), headers);
        }

        void bytes(int status, byte[] body, String... headers) throws IOException {
            head(status, body.length, headers);
            out.write(body);
        }

        void gzip(byte[] body) throws IOException {
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
                gzip.write(body);
            }
            bytes(200, zipped.toByteArray(), "Content-Encoding: gzip");
        }

        void head(int status, long length, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nContent-Length: " + length + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        void chunkedHead() throws IOException {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        void chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
            out.flush();
        }

        void lastChunk() throws IOException {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }
}
