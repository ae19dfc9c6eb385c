package dev.docmirror.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.mirror.Lease;
import dev.docmirror.testkit.InMemoryMirror.Point;

/** Who may write which stream. */
final class InMemoryLeases {
    private final Clock clock;
    private final Faults<Point> faults;
    private final Map<StreamId, Grant> newest = new HashMap<>();

    InMemoryLeases(Clock clock, Faults<Point> faults) {
        this.clock = clock;
        this.faults = faults;
    }

    synchronized Optional<Lease> grant(StreamId stream, String owner, Duration ttl) {
        Grant held = newest.get(stream);
        if (held != null && held.expires.isAfter(clock.instant()) && !held.owner.equals(owner)) {
            return Optional.empty();
        }
        Grant grant = new Grant(stream, owner, held == null ? 1 : held.epoch + 1, ttl);
        newest.put(stream, grant);
        return Optional.of(grant);
    }

    /** Ends a grant as if another worker had taken the lease and crashed. */
    synchronized void revoke(StreamId stream) {
        Grant held = newest.get(stream);
        newest.put(stream, new Grant(stream, "", held == null ? 1 : held.epoch + 1, Duration.ZERO));
    }

    /** Fails unless a lease is the newest grant. One that expired and that nobody took may still be used. */
    synchronized void check(Lease lease) {
        if (newest.get(lease.stream()) != lease || ((Grant) lease).closed) {
            throw new LeaseLostException("another worker took the lease of stream " + lease.stream(), null);
        }
    }

    private final class Grant implements Lease {
        private final StreamId stream;
        private final String owner;
        private final long epoch;
        private final Duration ttl;
        private Instant expires;
        private boolean closed;

        Grant(StreamId stream, String owner, long epoch, Duration ttl) {
            this.stream = stream;
            this.owner = owner;
            this.epoch = epoch;
            this.ttl = ttl;
            this.expires = clock.instant().plus(ttl);
        }

        @Override
        public StreamId stream() {
            return stream;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public void renew() {
            faults.pass(Point.RENEW);
            synchronized (InMemoryLeases.this) {
                check(this);
                expires = clock.instant().plus(ttl);
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryLeases.this) {
                closed = true;
                expires = Instant.MIN;
            }
        }
    }
}
