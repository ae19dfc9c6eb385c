package dev.docmirror.mirror;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;

/**
 * Whole documents as a mirror stores them beside or among its rows, so that rows can be made anew without the source.
 * Thread-safe; stays the host's.
 *
 * <p>What is given is believed only where the SHA-256 of its bytes is the {@linkplain MirroredDocument#contentHash() one
 * in the registry}: a column that stores JSON in a form of the database's own, a merged body or a text that somebody
 * changed is as good as none.
 */
@FunctionalInterface
public interface StoredDocuments {

    /**
     * The stored versions of some documents. What is not stored is missing, and a version that is not the mirrored one
     * may be given.
     *
     * @param documents what the registry says of them
     */
    Map<DocumentId, Document> read(Collection<MirroredDocument> documents);

    /** Looks into another store for what this one does not have. */
    default StoredDocuments orElse(StoredDocuments next) {
        return documents -> {
            Map<DocumentId, Document> found = new HashMap<>(read(documents));
            List<MirroredDocument> rest = new ArrayList<>(documents);
            rest.removeIf(document -> isMirrored(document, found));
            if (!rest.isEmpty()) {
                found.putAll(next.read(rest));
            }
            return found;
        };
    }

    private static boolean isMirrored(MirroredDocument document, Map<DocumentId, Document> found) {
        Document version = found.get(document.id());
        return version != null && version.contentHash().equals(document.contentHash());
    }
}
