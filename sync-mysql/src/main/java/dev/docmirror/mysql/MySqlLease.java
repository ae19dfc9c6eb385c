package dev.docmirror.mysql;

import java.time.Duration;

import dev.docmirror.change.StreamId;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.mirror.Lease;

/** A grant on a stream, with what its holder alone can know: nobody else writes while it lasts. */
final class MySqlLease implements Lease {
    private final Database database;
    private final StreamId stream;
    private final int number;
    private final long epoch;
    private final Duration ttl;
    private final RegisteredKeys registered;
    private final ParkedKeys parked;
    private volatile boolean closed;

    MySqlLease(
            Database database,
            StreamId stream,
            int number,
            long epoch,
            Duration ttl,
            RegisteredKeys registered,
            ParkedKeys parked) {
        this.database = database;
        this.stream = stream;
        this.number = number;
        this.epoch = epoch;
        this.ttl = ttl;
        this.registered = registered;
        this.parked = parked;
    }

    @Override
    public StreamId stream() {
        return stream;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    int number() {
        return number;
    }

    Database database() {
        return database;
    }

    /** The documents that may be registered. */
    RegisteredKeys registered() {
        return registered;
    }

    /** The documents that may have a dead letter. */
    ParkedKeys parked() {
        return parked;
    }

    LeaseLostException lost() {
        return new LeaseLostException(
                "another worker took the lease of stream " + stream + ", or it was given back; nothing was written",
                null);
    }

    @Override
    public void renew() {
        boolean held = database.transaction(
                "renewing the lease of stream " + stream, handle -> Streams.renew(handle, number, epoch, ttl));
        if (!held) {
            throw lost();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            database.transaction("giving back the lease of stream " + stream, handle -> {
                Streams.release(handle, number, epoch);
                return true;
            });
            closed = true;
        }
    }
}
