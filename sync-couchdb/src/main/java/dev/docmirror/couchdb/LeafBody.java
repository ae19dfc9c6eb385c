package dev.docmirror.couchdb;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * What CouchDB itself says in a document's body, read without parsing the rest.
 *
 * @param revision the {@code _rev}, if there is one
 * @param deleted whether it has {@code "_deleted":true}
 */
record LeafBody(@Nullable String revision, boolean deleted) {
    private static final int REV = 0;
    private static final int DELETED = 1;
    private static final byte[][] NAMES = Names.of("_rev", "_deleted");

    /**
     * Reads the revision only; it stands at the front, so that the rest is not looked at. Null if there is none, or the
     * body is malformed before it comes.
     */
    static @Nullable String revisionOf(byte[] json) {
        try {
            JsonCutter cutter = new JsonCutter(json);
            cutter.expect('{');
            for (boolean first = true; cutter.hasNext('}', first); first = false) {
                if (cutter.name(NAMES) == REV) {
                    return cutter.string();
                }
                cutter.skip();
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    /** As {@link #of}, but a malformed body is one without revision. */
    static LeafBody tolerant(byte[] json) {
        try {
            return of(json);
        } catch (IOException e) {
            return new LeafBody(null, false);
        }
    }

    static LeafBody of(byte[] json) throws IOException {
        JsonCutter cutter = new JsonCutter(json);
        String revision = null;
        boolean deleted = false;
        cutter.expect('{');
        for (boolean first = true; cutter.hasNext('}', first); first = false) {
            switch (cutter.name(NAMES)) {
                case REV -> revision = cutter.string();
                case DELETED -> deleted = cutter.token().equals("true");
                default -> cutter.skip();
            }
        }
        return new LeafBody(revision, deleted);
    }
}
