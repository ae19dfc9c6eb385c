package dev.docmirror.examples.backend.proxy;

import java.util.HashMap;
import java.util.Map;

/** How many requests may wait for changes at a time, since each holds a thread. Thread-safe. */
final class FeedPlaces {

    /** A place, to be given back. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    private final int most;
    private final int mostPerUser;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    FeedPlaces(int most, int mostPerUser) {
        this.most = most;
        this.mostPerUser = mostPerUser;
    }

    /** @throws ProxyException with 429 or 503 if there is none */
    synchronized Place take(String user) {
        if (taken.getOrDefault(user, 0) >= mostPerUser) {
            throw new ProxyException(429, "too_many_requests", "too many of your requests wait for changes");
        }
        if (all >= most) {
            throw ProxyException.unavailable("too many requests wait for changes", null);
        }
        taken.merge(user, 1, Integer::sum);
        all++;
        return () -> giveBack(user);
    }

    private synchronized void giveBack(String user) {
        all--;
        taken.computeIfPresent(user, (name, places) -> places == 1 ? null : places - 1);
    }
}
