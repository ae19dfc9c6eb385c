package dev.docmirror.testkit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of this machine. */
final class Ports {

    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /**
     * A free port, below those that the system gives to outgoing connections: a client that keeps trying to reach a
     * killed server could otherwise be given the server's own port, connect to itself, and keep the server from coming
     * back.
     */
    static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken: try another one.
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }
}
