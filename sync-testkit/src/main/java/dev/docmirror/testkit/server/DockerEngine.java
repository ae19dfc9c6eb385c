package dev.docmirror.testkit.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether a Docker engine answers. Testcontainers knows it too, but takes its time and writes a page of errors when
 * there is none; so it is asked only when this says yes.
 */
final class DockerEngine {

    private static final long PATIENCE_MILLIS = 2_000;
    private static final String PING = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";

    /** Asked once a JVM. */
    private static final boolean ANSWERS =
            addresses(Optional.ofNullable(System.getenv("DOCKER_HOST"))).anyMatch(DockerEngine::answers);

    private DockerEngine() {}

    static boolean answers() {
        return ANSWERS;
    }

    /** The one that the user named, else where Testcontainers looks. */
    static Stream<SocketAddress> addresses(Optional<String> dockerHost) {
        if (dockerHost.isPresent()) {
            return named(URI.create(dockerHost.get())).stream();
        }
        Path docker = Path.of(System.getProperty("user.home"), ".docker");
        Stream<Path> rootless =
                Stream.ofNullable(System.getenv("XDG_RUNTIME_DIR")).map(runtime -> Path.of(runtime, "docker.sock"));
        Stream<Path> usual = Stream.of(
                Path.of("/var/run/docker.sock"),
                docker.resolve("run/docker.sock"),
                docker.resolve("desktop/docker.sock"));
        return Stream.concat(rootless, usual).filter(Files::exists).map(UnixDomainSocketAddress::of);
    }

    private static Optional<SocketAddress> named(URI host) {
        if ("unix".equals(host.getScheme()) && host.getPath() != null) {
            return Optional.of(UnixDomainSocketAddress.of(host.getPath()));
        }
        if (host.getHost() != null && host.getPort() > 0) {
            return Optional.of(new InetSocketAddress(host.getHost(), host.getPort()));
        }
        return Optional.empty(); // a named pipe, ssh: not asked
    }

    static boolean answers(SocketAddress address) {
        try (SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open()) {
            // Blocking channels know no time-out, but closing one ends what it waits for.
            return CompletableFuture.supplyAsync(() -> ping(channel, address))
                    .completeOnTimeout(false, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        } catch (IOException e) {
            return false;
        }
    }

    /** Any answer in HTTP will do: an engine that wants encryption complains in plain text. */
    private static boolean ping(SocketChannel channel, SocketAddress address) {
        try {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(PING.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer start = ByteBuffer.allocate("HTTP".length());
            while (start.hasRemaining() && channel.read(start) >= 0) {}
            return "HTTP".equals(new String(start.array(), StandardCharsets.US_ASCII));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
