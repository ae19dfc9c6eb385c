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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between workers and a document server and loses answers: a {@code _bulk_docs} request is passed on whole, and
 * when the server answers, which it does after it has written, the connection ends instead. It also cuts connections
 * whenever it is told to.
 */
final class LossyProxy implements AutoCloseable {
    private final URI server;
    private final int lostOfHundred;
    private final SplittableRandom random;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lost = new AtomicInteger();

    /** @param lostOfHundred how many of a hundred writes lose their answer */
    LossyProxy(URI server, int lostOfHundred, long seed) throws IOException {
        this.server = server;
        this.lostOfHundred = lostOfHundred;
        this.random = new SplittableRandom(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** The same database behind the proxy. */
    URI through(URI database) {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + database.getRawPath());
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

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Link link = new Link(client, new Socket(server.getHost(), server.getPort()));
                links.add(link);
                threads.execute(link::requests);
                threads.execute(link::answers);
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
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
                    if (requests) {
                        if (isWrite(buffer, length) && loses()) {
                            losing.set(true);
                        }
                    } else if (losing.get()) {
                        lost.incrementAndGet();
                        return;
                    }
                    out.write(buffer, 0, length);
                    out.flush();
                }
            } catch (IOException e) {
                // Either side has ended the connection, or this proxy has: so does the other one.
                losing.set(false);
            } finally {
                close();
            }
        }

        /** A client sends its next request when it has the answer, so a request line is at the beginning of what is read. */
        private boolean isWrite(byte[] buffer, int length) {
            if (length == 0 || buffer[0] != 'P') {
                return false;
            }
            String line = new String(buffer, 0, Math.min(length, 200), StandardCharsets.ISO_8859_1);
            return line.startsWith("POST ")
                    && line.lines().findFirst().orElse("").contains("/_bulk_docs ");
        }

        void close() {
            links.remove(this);
            try (client;
                    upstream) {
                losing.set(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
