package dev.docmirror.couchdb;

import java.util.List;

import dev.docmirror.change.DocumentId;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code results}.
 *
 * @param seq the position behind this row, if the server told it
 * @param revisions every leaf, CouchDB's winner first
 * @param deleted whether the winner is a tombstone
 * @param doc the winner's body as it was sent; null if there was none, or it was too long
 * @param tooLong whether the body was longer than is read
 */
record ChangeRow(
        @Nullable String seq,
        DocumentId id,
        List<String> revisions,
        boolean deleted,
        byte @Nullable [] doc,
        boolean tooLong) {

    boolean isDesign() {
        return id.value().startsWith("_design/");
    }

    int size() {
        return doc == null ? 0 : doc.length;
    }
}
