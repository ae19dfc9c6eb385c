package dev.docmirror.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between workers and a server. It loses answers: a request that writes is passed on whole, and when the server
 * answers, which it does after it has written, the connection ends instead. It cuts connections whenever it is told to,
 * delays or holds what passes, and answers requests over HTTP with nonsense in the server's place.
 */
final class LossyProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LossyProxy.class);

    /** How it passes on what comes. */
    enum Mode {
        PASS,
        /** About 30 kB a second in each direction, byte runs cut anywhere. */
        SLOW,
        /** Connections are taken and stay open, and nothing passes. */
        SILENT,
        /** Each request over HTTP is answered here: with failures, throttling, a page of HTML, half an answer. */
        STORM
    }

    private static final int SLOW_BYTES = 60;
    private static final Duration SLOW_PAUSE = Duration.ofMillis(2);
    private static final List<String> NONSENSE = List.of(
            "503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
            "429 Too Many Requests\r\nContent-Length: 0\r\n\r\n",
            "500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
            "200 OK\r\nContent-Type: text/html\r\nContent-Length: 25\r\n\r\n<html>gateway busy</html>",
            "200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"results\":[\n{\"seq\":");

    private final String host;
    private final int port;
    private final Predicate<String> writes;
    private final SplittableRandom random;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lost = new AtomicInteger();
    private Mode mode = Mode.PASS;
    private int lostOfHundred;

    private LossyProxy(String host, int port, Predicate<String> writes, long seed) throws IOException {
        this.host = host;
        this.port = port;
        this.writes = writes;
        this.random = new SplittableRandom(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** In front of a document server, where {@code _bulk_docs} writes. */
    static LossyProxy http(URI server, long seed) throws IOException {
        return new LossyProxy(
                server.getHost(),
                server.getPort(),
                request -> request.startsWith("POST ")
                        && request.lines().findFirst().orElse("").contains("/_bulk_docs "),
                seed);
    }

    /** In front of a MySQL server, where a COMMIT writes; only for connections without TLS. */
    static LossyProxy mysql(String host, int port, long seed) throws IOException {
        // Three bytes of length, one of sequence, the command COM_QUERY, perhaps counts of attributes, then the text.
        return new LossyProxy(
                host,
                port,
                request -> request.length() >= 11
                        && request.length() < 20
                        && request.charAt(4) == 3
                        && request.substring(5).replaceAll("\\p{Cntrl}", "").equalsIgnoreCase("commit"),
                seed);
    }

    /** @param ofHundred how many of a hundred writes lose their answer from now on */
    synchronized LossyProxy lose(int ofHundred) {
        lostOfHundred = ofHundred;
        return this;
    }

    synchronized void mode(Mode now) {
        mode = now;
        notifyAll();
    }

    /** The same database behind the proxy. */
    URI through(URI database) {
        return URI.create("http://127.0.0.1:" + port() + database.getRawPath());
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many answers were lost so far. */
    int lost() {
        return lost.get();
    }

    /** Ends all connections in the middle of whatever they do. */
    int cut() {
        int cut = 0;
        for (Link link : links) {
            link.close();
            cut++;
        }
        return cut;
    }

    private synchronized boolean loses() {
        return random.nextInt(100) < lostOfHundred;
    }

    private synchronized String nonsense() {
        return NONSENSE.get(random.nextInt(NONSENSE.size()));
    }

    private synchronized Mode mode() {
        return mode;
    }

    /** Waits while nothing may pass. */
    private synchronized Mode awaitPassage() throws InterruptedException {
        while (mode == Mode.SILENT) {
            wait();
        }
        return mode;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                threads.execute(() -> connect(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** A server that is down refuses; so does this one, as far as a connection that was taken can. */
    private void connect(Socket client) {
        try {
            Link link = new Link(client, new Socket(host, port));
            links.add(link);
            threads.execute(link::answers);
            link.requests();
        } catch (IOException e) {
            end(client, client);
        }
    }

    private static void end(Socket client, Socket upstream) {
        try (client;
                upstream) {
            client.setSoLinger(true, 0); // a reset, as from a server that died
        } catch (IOException e) {
            log.debug("a connection was gone already", e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        mode(Mode.PASS);
        cut();
        threads.shutdownNow();
    }

    /** One connection, with its other half. */
    private final class Link {
        private final Socket client;
        private final Socket upstream;
        private final AtomicBoolean losing = new AtomicBoolean();

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void requests() {
            copy(client, upstream, true);
        }

        void answers() {
            copy(upstream, client, false);
        }

        private void copy(Socket from, Socket to, boolean requests) {
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    Mode now = awaitPassage();
                    if (requests && now == Mode.STORM && isHttp(buffer)) {
                        from.getOutputStream().write(("HTTP/1.1 " + nonsense()).getBytes(StandardCharsets.ISO_8859_1));
                        return;
                    }
                    if (requests && writes.test(text(buffer, length)) && loses()) {
                        losing.set(true);
                    } else if (!requests && losing.get()) {
                        lost.incrementAndGet();
                        return;
                    }
                    pass(buffer, length, out, now);
                }
            } catch (IOException e) {
                // Either side has ended the connection, or this proxy has: so does the other one.
                losing.set(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        private void pass(byte[] buffer, int length, OutputStream out, Mode now)
                throws IOException, InterruptedException {
            int step = now == Mode.SLOW ? SLOW_BYTES : length;
            for (int from = 0; from < length; from += step) {
                if (step < length) {
                    Await.pass(SLOW_PAUSE);
                    step = mode() == Mode.SLOW ? SLOW_BYTES : length;
                }
                out.write(buffer, from, Math.min(step, length - from));
                out.flush();
            }
        }

        private static boolean isHttp(byte[] buffer) {
            return buffer[0] == 'G' || buffer[0] == 'P';
        }

        /** A client sends its next request when it has the answer, so a request is at the beginning of what is read. */
        private static String text(byte[] buffer, int length) {
            return new String(buffer, 0, Math.min(length, 200), StandardCharsets.ISO_8859_1);
        }

        void close() {
            links.remove(this);
            losing.set(false);
            end(client, upstream);
        }
    }
}
