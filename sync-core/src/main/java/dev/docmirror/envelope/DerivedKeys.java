package dev.docmirror.envelope;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** The keys derived of one passphrase, the most recently used ones. Wipes what it forgets. Confined to its owner's lock. */
final class DerivedKeys {
    /** One for each salt in use: about one a writer. */
    static final int MOST = 64;

    private final Map<Kdf, byte[]> keys = new LinkedHashMap<>(16, 0.75f, true);

    byte @Nullable [] get(Kdf kdf) {
        return keys.get(kdf);
    }

    /** @param key becomes this cache's own */
    void put(Kdf kdf, byte[] key) {
        keys.put(kdf, key);
        if (keys.size() > MOST) {
            Iterator<byte[]> eldest = keys.values().iterator();
            Arrays.fill(eldest.next(), (byte) 0);
            eldest.remove();
        }
    }

    void wipe() {
        keys.values().forEach(key -> Arrays.fill(key, (byte) 0));
        keys.clear();
    }
}
