package dev.docmirror.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import dev.docmirror.internal.Stop;
import dev.docmirror.queue.QueueStore.Claim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the claims of the batch in hand three times in their life, on a thread of its own. Thread-safe. */
final class Heartbeat implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final QueueStore store;
    private final Duration lease;
    private final Stop stop;
    private final LongSupplier nanoTime;
    private final Map<Long, Claim> held = new HashMap<>();
    private long heldSince;

    Heartbeat(QueueStore store, Duration lease, Stop stop, LongSupplier nanoTime) {
        this.store = store;
        this.lease = lease;
        this.stop = stop;
        this.nanoTime = nanoTime;
    }

    /** @param since a time before the claims were made, by the monotonic clock */
    synchronized void begin(List<Claim> claims, long since) {
        held.clear();
        claims.forEach(claim -> held.put(claim.operation().number(), claim));
        heldSince = since;
    }

    synchronized void end() {
        held.clear();
    }

    /** Whether nobody else can have the operation yet. */
    synchronized boolean holds(Claim claim) {
        return held.containsKey(claim.operation().number()) && nanoTime.getAsLong() - heldSince < lease.toNanos();
    }

    @Override
    public void run() {
        try {
            while (true) {
                stop.pause(lease.dividedBy(3));
                renew();
            }
        } catch (Stop.StoppedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        }
    }

    void renew() {
        List<Claim> claims;
        synchronized (this) {
            claims = List.copyOf(held.values());
        }
        if (claims.isEmpty()) {
            return;
        }
        long since = nanoTime.getAsLong();
        try {
            Set<Long> kept = new HashSet<>();
            store.renew(claims, lease).forEach(claim -> kept.add(claim.token()));
            renewed(claims, kept, since);
        } catch (RuntimeException e) {
            // The next beat tries again, and what is not renewed in time is not sent.
            log.debug("leases could not be renewed: {}", e.getClass().getName());
        }
    }

    private synchronized void renewed(List<Claim> claims, Set<Long> kept, long since) {
        boolean sameBatch = false;
        for (Claim claim : claims) {
            Claim now = held.get(claim.operation().number());
            if (now != null && now.token() == claim.token()) {
                sameBatch = true;
                if (!kept.contains(claim.token())) {
                    held.remove(claim.operation().number());
                }
            }
        }
        if (sameBatch) {
            heldSince = since;
        }
    }
}
