package dev.docmirror.internal;

import java.time.Duration;
import java.util.Optional;

import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.SyncException;
import dev.docmirror.mirror.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Renews a lease three times in its life, on a thread of its own, so that a long batch does not lose it. The thread is
 * to be started after the first {@link #interval}.
 */
final class LeaseKeeper implements Runnable {
    private final Lease lease;
    private final Duration interval;
    private final Guard guard;
    private final Stop stop;
    private volatile @Nullable SyncException failure;

    LeaseKeeper(Lease lease, Duration ttl, Guard guard, Stop stop) {
        this.lease = lease;
        this.interval = ttl.dividedBy(3);
        this.guard = guard;
        this.stop = stop;
    }

    Duration interval() {
        return interval;
    }

    @Override
    public void run() {
        try {
            while (true) {
                guard.call(() -> {
                    lease.renew();
                    return true;
                });
                stop.pause(interval);
            }
        } catch (Stop.StoppedException | InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        } catch (SyncException e) {
            failure = e;
        }
    }

    /** Why the lease is not renewed any more; a {@link LeaseLostException} if another worker has it. */
    Optional<SyncException> failure() {
        return Optional.ofNullable(failure);
    }
}
