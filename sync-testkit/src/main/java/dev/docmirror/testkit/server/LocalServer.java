package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** A server run as a process on this machine, on 127.0.0.1, with its data in a temporary folder. Thread-safe. */
final class LocalServer implements RunningServer {

    /** How a server is run. */
    interface Recipe {

        /** Its name in messages and of its folder: lower case, no spaces. */
        String name();

        /** Fills the empty data folder. */
        void prepare(Path data) throws IOException;

        ProcessBuilder command(Path data, int port);

        /** Whether it answers on the port. Called over and over, so it must not wait long. */
        boolean answers(int port);
    }

    static final String HOST = "127.0.0.1";

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;

    private final Recipe recipe;
    private final Path folder;
    private final Guard guard;
    private final Thread hook;
    private final int port;
    private boolean closed;
    private volatile LocalProcess process;

    private LocalServer(Recipe recipe, Path folder, Guard guard, int port, LocalProcess process) {
        this.recipe = recipe;
        this.folder = folder;
        this.guard = guard;
        this.port = port;
        this.process = process;
        this.hook = new Thread(this::discard, "docmirror-" + recipe.name() + "-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** @throws IllegalStateException if it doesn't come up; the message has the end of its output */
    static LocalServer start(Recipe recipe) {
        try {
            Path folder = Files.createTempDirectory("docmirror-" + recipe.name() + "-");
            Guard guard = Guard.of(folder);
            boolean started = false;
            try {
                recipe.prepare(Files.createDirectory(folder.resolve("data")));
                LocalServer server = launchOnFreePort(recipe, folder, guard);
                started = true;
                return server;
            } finally {
                if (!started) {
                    Folders.delete(folder);
                    guard.done();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(recipe.name() + " could not be prepared", e);
        }
    }

    private static LocalServer launchOnFreePort(Recipe recipe, Path folder, Guard guard) {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            try {
                return new LocalServer(recipe, folder, guard, port, launch(recipe, folder, guard, port));
            } catch (IllegalStateException e) {
                if (attempt == ATTEMPTS || !saysPortIsTaken(e)) {
                    throw e;
                }
            }
        }
    }

    /** Another process may have taken the port since we looked. All servers say it in the system's words. */
    private static boolean saysPortIsTaken(IllegalStateException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("address already in use");
    }

    private static LocalProcess launch(Recipe recipe, Path folder, Guard guard, int port) {
        ProcessBuilder command = recipe.command(folder.resolve("data"), port);
        LocalProcess started = LocalProcess.start(recipe.name(), command, folder.resolve("output.log"));
        guard.watch(started);
        started.awaitReady(() -> recipe.answers(port), START);
        return started;
    }

    @Override
    public String location() {
        return "a local process on " + HOST + ":" + port;
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public synchronized void stop() {
        if (process.isAlive()) {
            process.signal("CONT");
            process.terminate(STOP);
        }
    }

    @Override
    public synchronized void kill() {
        process.kill();
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException(recipe.name() + " on port " + port + " is closed");
        }
        stop();
        process = launch(recipe, folder, guard, port);
    }

    @Override
    public synchronized void pause() {
        process.signal("STOP");
    }

    @Override
    public synchronized void resume() {
        process.signal("CONT");
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook does the same.
        }
        discard();
    }

    /** What close() does, without its lock: the end of the JVM waits for nobody. */
    private void discard() {
        process.kill();
        Folders.delete(folder);
        guard.done();
    }
}
