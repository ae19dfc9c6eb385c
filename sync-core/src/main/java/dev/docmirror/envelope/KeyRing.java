package dev.docmirror.envelope;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Keys in memory. All of them read; the newest one, which was added last, writes. Keys may come and go while codecs use
 * the ring. Thread-safe.
 *
 * <p>The keys become the ring's: it closes a key that is removed, and all of them when it is closed. A closed ring has
 * no keys, and takes none.
 */
public final class KeyRing implements KeyProvider, AutoCloseable {
    private final Map<String, EnvelopeKey> keys = new LinkedHashMap<>();
    private @Nullable EnvelopeKey newest;
    private boolean closed;

    private KeyRing() {}

    /** A ring of these keys, the newest one last. May be empty. */
    public static KeyRing of(EnvelopeKey... oldestFirst) {
        KeyRing ring = new KeyRing();
        for (EnvelopeKey key : oldestFirst) {
            ring.add(key);
        }
        return ring;
    }

    /**
     * Adds a key that writes from now on.
     *
     * @throws IllegalArgumentException if there is another key of this id
     * @throws IllegalStateException if the ring is closed; the key is closed then, too
     */
    public synchronized void add(EnvelopeKey key) {
        addToRead(key);
        newest = key;
    }

    /**
     * Adds a key that only reads: an old one, or another writer's.
     *
     * @throws IllegalArgumentException if there is another key of this id
     * @throws IllegalStateException if the ring is closed; the key is closed then, too
     */
    public synchronized void addToRead(EnvelopeKey key) {
        if (closed) {
            key.close();
            throw new IllegalStateException("the key ring is closed");
        }
        EnvelopeKey there = keys.putIfAbsent(key.id(), key);
        if (there != null && there != key) {
            throw new IllegalArgumentException("key: there is another one of the id " + key.id());
        }
    }

    /** Removes a key and wipes it. If it is the newest one, nothing can be sealed until another is added. */
    public synchronized void remove(String keyId) {
        EnvelopeKey key = keys.remove(keyId);
        if (key != null) {
            newest = key == newest ? null : newest;
            key.close();
        }
    }

    @Override
    public synchronized Optional<EnvelopeKey> find(String keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    @Override
    public synchronized Optional<EnvelopeKey> newest() {
        return Optional.ofNullable(newest);
    }

    /** Wipes all keys. */
    @Override
    public synchronized void close() {
        closed = true;
        newest = null;
        keys.values().forEach(EnvelopeKey::close);
        keys.clear();
    }

    /** The ids. */
    @Override
    public synchronized String toString() {
        return "KeyRing" + keys.keySet();
    }
}
