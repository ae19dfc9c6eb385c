package dev.docmirror.testkit.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container, on a port of the engine's host that stays the same when it is restarted. Thread-safe.
 *
 * <p>Testcontainers removes the container when this JVM ends, killed or not.
 */
final class ContainerServer implements RunningServer {

    /**
     * How to run an image.
     *
     * @param answers whether the server answers on this host and port; asked over and over, so it must not wait long
     */
    record Recipe(
            String image,
            int port,
            Map<String, String> environment,
            List<String> arguments,
            BiPredicate<String, Integer> answers) {}

    private static final Logger log = LoggerFactory.getLogger(ContainerServer.class);
    private static final Duration START = Duration.ofMinutes(2);
    private static final int STOP_SECONDS = 30;

    private final Recipe recipe;
    private final GenericContainer<?> container;
    private final DockerClient docker;
    private final int port;

    private ContainerServer(Recipe recipe, GenericContainer<?> container, int port) {
        this.recipe = recipe;
        this.container = container;
        this.docker = container.getDockerClient();
        this.port = port;
    }

    /** Empty when there is no Docker engine, or it can't run this, for instance since it can't get the image. */
    static Optional<ContainerServer> tryStart(Recipe recipe) {
        if (!DockerEngine.answers()) {
            return Optional.empty();
        }
        try {
            return Optional.of(start(recipe));
        } catch (RuntimeException e) {
            log.warn("Docker answers, but did not run {}; trying a local process: {}", recipe.image(), e.toString());
            return Optional.empty();
        }
    }

    /** @throws RuntimeException of Testcontainers if the image can't be had or the server doesn't come up */
    @SuppressWarnings("resource") // closed by close()
    private static ContainerServer start(Recipe recipe) {
        int port = Ports.free();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(recipe.image()))
                .withEnv(recipe.environment())
                .withCommand(recipe.arguments().toArray(String[]::new))
                .waitingFor(new NoWait());
        container.setPortBindings(List.of(port + ":" + recipe.port()));
        ContainerServer server = new ContainerServer(recipe, container, port);
        boolean started = false;
        try {
            container.start();
            server.awaitReady();
            started = true;
            return server;
        } finally {
            if (!started) {
                container.close();
            }
        }
    }

    @Override
    public String location() {
        return "a container of " + recipe.image() + " on " + host() + ":" + port;
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public synchronized void stop() {
        if (container.isRunning()) {
            resume();
            docker.stopContainerCmd(container.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
        }
    }

    @Override
    public synchronized void kill() {
        if (container.isRunning()) {
            resume();
            docker.killContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void restart() {
        stop();
        docker.startContainerCmd(container.getContainerId()).exec();
        awaitReady();
    }

    @Override
    public synchronized void pause() {
        docker.pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void resume() {
        InspectContainerResponse inspected =
                docker.inspectContainerCmd(container.getContainerId()).exec();
        if (Boolean.TRUE.equals(inspected.getState().getPaused())) {
            docker.unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void close() {
        container.close();
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (!recipe.answers().test(host(), port)) {
            if (!container.isRunning() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(location() + " did not get ready. Its output:\n" + container.getLogs());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + location(), e);
            }
        }
    }

    /** We wait ourselves: in the same way after a restart, and without commands run inside the container. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}
