package dev.docmirror.mysql;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which documents of a stream may have a dead letter: all that do, and perhaps more. Thread-safe. */
final class ParkedKeys {
    private static final int MOST = 10_000;

    private final Set<DocKey> keys = ConcurrentHashMap.newKeySet();
    private volatile boolean any;

    /** How many are worth asking the database for. */
    static int limit() {
        return MOST + 1;
    }

    void addAll(Collection<DocKey> parked) {
        if (keys.size() + parked.size() > MOST) {
            any = true; // too many to remember: then any document may be one
        } else {
            keys.addAll(parked);
        }
    }

    List<DocKey> among(Collection<DocKey> written) {
        if (any) {
            return List.copyOf(written);
        }
        return keys.isEmpty()
                ? List.of()
                : written.stream().filter(keys::contains).toList();
    }
}
