package dev.docmirror.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.KeyRing;
import tools.jackson.databind.node.ObjectNode;

/** Writes to a store and says so, until it is killed. */
final class KilledStoreMain {
    static final int DOCUMENTS = 40;
    static final String CANARY = "CANARY-51d0";

    private KilledStoreMain() {}

    /**
     * Writes until it is killed.
     *
     * @param arguments folder, seed, number of the first write
     */
    public static void main(String[] arguments) {
        Random random = new Random(Long.parseLong(arguments[1]));
        try (FileDocumentStore store =
                FileDocumentStore.open(Path.of(arguments[0]), Keys.atRest(KeyRing.of(Keys.key("k1"))))) {
            for (long n = Long.parseLong(arguments[2]); ; n++) {
                write(store, random, n);
                System.out.println(n);
                if (random.nextInt(40) == 0) {
                    store.compact();
                }
            }
        }
    }

    /** Write n goes to document n modulo {@link #DOCUMENTS}; some write several documents at once. */
    private static void write(FileDocumentStore store, Random random, long n) {
        if (random.nextInt(10) != 0) {
            store.put(id(n), Optional.of(CANARY), body(random, n));
            return;
        }
        List<DocumentId> ids = new ArrayList<>();
        for (long other = 0; other < 5; other++) {
            ids.add(id(n + 7 * other));
        }
        store.update(
                ids,
                (id, current, next) -> id.equals(id(n))
                        ? Optional.of(Changes.put(id, current, next, Optional.of(CANARY), body(random, n)))
                        : current);
    }

    static DocumentId id(long n) {
        return DocumentId.of(CANARY + n % DOCUMENTS);
    }

    private static ObjectNode body(Random random, long n) {
        return EdgeRig.body(CANARY + "x".repeat(random.nextInt(20_000))).put("n", n);
    }
}
