package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(20)
class DockerEngineTest {

    private static final byte[] OK = "HTTP/1.1 200 OK\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII);

    @Test
    void answers_engineOnTcp_isFound() throws IOException {
        try (ServerSocket engine = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket connection = engine.accept();
                        OutputStream out = connection.getOutputStream()) {
                    connection.getInputStream().readNBytes(1);
                    out.write(OK);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(found("tcp://127.0.0.1:" + engine.getLocalPort())).isTrue();
            assertThat(served).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void answers_engineOnUnixSocket_isFound() throws IOException {
        Path folder = Files.createTempDirectory("docker");
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SocketChannel connection = engine.accept()) {
                    connection.read(ByteBuffer.allocate(1_000));
                    connection.write(ByteBuffer.wrap(OK));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(found("unix://" + socket)).isTrue();
            assertThat(served).succeedsWithin(Duration.ofSeconds(5));
        } finally {
            Folders.delete(folder);
        }
    }

    @Test
    void answers_silentEngine_isGivenUpSoon() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(found("tcp://127.0.0.1:" + silent.getLocalPort())).isFalse();
        }
    }

    @Test
    void answers_nothingThere_isFalse() {
        assertThat(found("unix:///no/such/docker.sock")).isFalse();
        assertThat(found("tcp://127.0.0.1:1")).isFalse();
        assertThat(found("ssh://somewhere")).isFalse();
    }

    private static boolean found(String dockerHost) {
        return DockerEngine.addresses(Optional.of(dockerHost)).anyMatch(DockerEngine::answers);
    }
}
