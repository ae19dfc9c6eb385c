package dev.docmirror.examples.backend.page;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells everybody who listens what happens, as server-sent events. Each listener has a queue and a thread of its own: one
 * that does not read is cut off when its queue is full, and holds up nobody. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
@Component
class LiveEvents implements SmartLifecycle {
    private static final int WAITING = 256;
    private static final long SILENCE_SECONDS = 15;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** Tells a listener that this is the end. */
    private static final String END = "";

    private final JsonMapper json;
    private final Set<BlockingQueue<String>> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    LiveEvents(JsonMapper json) {
        this.json = json;
    }

    /** Tells an event to all who listen by now. */
    void tell(String event, Object data) {
        if (listeners.isEmpty()) {
            return;
        }
        String text = "event: " + event + "\ndata: " + json.writeValueAsString(data) + "\n\n";
        listeners.removeIf(listener -> !listener.offer(text) && end(listener));
    }

    private static boolean end(BlockingQueue<String> listener) {
        listener.clear();
        return listener.offer(END);
    }

    /**
     * Writes what happens to a client, on the calling thread, until the client goes away, this stops, or some minutes have
     * passed: then the client asks again, and has to show that its token is still good.
     */
    void stream(OutputStream client) throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        BlockingQueue<String> mine = new LinkedBlockingQueue<>(WAITING);
        listeners.add(mine);
        try {
            write(client, ": hello\n\n");
            while (running && System.nanoTime() < deadline) {
                Optional<String> event = next(mine);
                if (event.filter(END::equals).isPresent()) {
                    return;
                }
                write(client, event.orElse(": nothing new\n\n"));
            }
        } finally {
            listeners.remove(mine);
        }
    }

    private static Optional<String> next(BlockingQueue<String> mine) {
        try {
            return Optional.ofNullable(poll(mine));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(END);
        }
    }

    private static @Nullable String poll(BlockingQueue<String> mine) throws InterruptedException {
        return mine.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void write(OutputStream client, String text) throws IOException {
        client.write(text.getBytes(StandardCharsets.UTF_8));
        client.flush();
    }

    @Override
    public void start() {
        running = true;
    }

    /** Before the web server, which waits for its requests to end. */
    @Override
    public void stop() {
        running = false;
        listeners.removeIf(LiveEvents::end);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
