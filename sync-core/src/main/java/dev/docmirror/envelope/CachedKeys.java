package dev.docmirror.envelope;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Remembers another provider's answers. It asks without holding a lock: two threads may ask the same at once. */
final class CachedKeys implements KeyProvider {
    private final KeyProvider provider;
    private final int most;
    private final long freshNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Answer> found = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable Answer newest;

    CachedKeys(KeyProvider provider, int most, Duration fresh, LongSupplier nanoTime) {
        if (most < 1) {
            throw new IllegalArgumentException("most: must be >= 1, was " + most);
        }
        if (fresh.isNegative()) {
            throw new IllegalArgumentException("fresh: must not be negative, was " + fresh);
        }
        this.provider = provider;
        this.most = most;
        this.freshNanos = fresh.toNanos();
        this.nanoTime = nanoTime;
    }

    private record Answer(Optional<EnvelopeKey> key, long at) {
        boolean isClosed() {
            return key.isPresent() && key.get().isClosed();
        }
    }

    @Override
    public Optional<EnvelopeKey> find(String keyId) {
        synchronized (found) {
            Answer known = found.get(keyId);
            if (known != null && !known.isClosed() && (known.key().isPresent() || isFresh(known))) {
                return known.key();
            }
        }
        Answer answer = ask(() -> provider.find(keyId));
        synchronized (found) {
            found.put(keyId, answer);
            if (found.size() > most) {
                found.remove(found.keySet().iterator().next());
            }
        }
        return answer.key();
    }

    @Override
    public Optional<EnvelopeKey> newest() {
        synchronized (found) {
            Answer known = newest;
            if (known != null && !known.isClosed() && isFresh(known)) {
                return known.key();
            }
        }
        Answer answer = ask(provider::newest);
        synchronized (found) {
            newest = answer;
        }
        return answer.key();
    }

    private Answer ask(Supplier<Optional<EnvelopeKey>> question) {
        long before = nanoTime.getAsLong();
        return new Answer(question.get(), before);
    }

    private boolean isFresh(Answer answer) {
        return nanoTime.getAsLong() - answer.at() < freshNanos;
    }
}
