package dev.docmirror.couchdb;

import dev.docmirror.change.Revision;
import org.jspecify.annotations.Nullable;

/** Revisions as CouchDB writes them. */
final class Revisions {
    private static final int DIGITS = 18;

    private Revisions() {}

    /**
     * The revision, or null for one that CouchDB accepts in replication but no mirror can order: generation 0 or of
     * more than 18 digits, or nothing behind the hyphen.
     */
    static @Nullable Revision parse(String text) {
        try {
            return Revision.of(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The revision, or what comes closest to one that can't be mirrored. */
    static Revision closest(String text) {
        Revision revision = parse(text);
        if (revision != null) {
            return revision;
        }
        int hyphen = text.indexOf('-');
        String hash = text.substring(hyphen + 1);
        long generation = hyphen > DIGITS ? 999_999_999_999_999_999L : 1;
        return new Revision(generation, hash.isEmpty() ? "-" : hash);
    }
}
