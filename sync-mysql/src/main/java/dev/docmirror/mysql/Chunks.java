package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Cuts rows into statements. */
final class Chunks {
    /** Escapes and characters of three bytes can make a statement this much larger than the estimate. */
    private static final int SLACK = 3;

    private static final long ENOUGH = 4 * 1024 * 1024;

    private Chunks() {}

    /** The estimated bytes a statement may have, for a server's limit. */
    static long bytes(Server server) {
        return Math.min(ENOUGH, server.maxPacket() / SLACK - 1024);
    }

    /** Whether a row is below the server's limit whatever its bytes are. */
    static boolean isSmall(long size, Server server) {
        return size * SLACK <= server.maxPacket();
    }

    /** At most {@code most} and such that all parts but a short last one are as large as each other. */
    static int even(int all, int most) {
        return all <= most ? most : all / ((all + most - 1) / most);
    }

    /** Parts of at most {@code rows} rows and {@code bytes} bytes, but at least one row. */
    static <T> List<List<T>> of(List<T> all, int rows, long bytes, ToLongFunction<T> size) {
        List<List<T>> chunks = new ArrayList<>();
        int from = 0;
        long sum = 0;
        for (int i = 0; i < all.size(); i++) {
            long next = size.applyAsLong(all.get(i));
            if (i > from && (i - from == rows || sum + next > bytes)) {
                chunks.add(all.subList(from, i));
                from = i;
                sum = 0;
            }
            sum += next;
        }
        if (from < all.size()) {
            chunks.add(all.subList(from, all.size()));
        }
        return chunks;
    }
}
