package dev.docmirror.mirror;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.mapping.TableLayout;

/**
 * The registry's entry of a document: which version the mirror holds and where.
 *
 * @param id the document
 * @param type its type, empty if it was skipped
 * @param tables where it has rows
 * @param revision the mirrored revision
 * @param contentHash the hash of the source's body of that revision
 * @param deleted whether the mirrored version is a tombstone
 * @param protection what keeps the mirrored version from being replaced
 * @param leaves the set of leaves that was seen last
 * @param disputed whether the archive holds open entries of the document
 */
public record MirroredDocument(
        DocumentId id,
        Optional<String> type,
        List<TableKey> tables,
        Revision revision,
        ContentHash contentHash,
        boolean deleted,
        Protection protection,
        LeafDigest leaves,
        boolean disputed) {

    public MirroredDocument {
        tables = List.copyOf(tables);
    }

    /** The same entry for another revision. */
    public MirroredDocument withRevision(Revision other) {
        return new MirroredDocument(id, type, tables, other, contentHash, deleted, protection, leaves, disputed);
    }

    /** The same entry of a document that has no rows any more. */
    public MirroredDocument withoutRows() {
        return new MirroredDocument(id, type, List.of(), revision, contentHash, deleted, protection, leaves, disputed);
    }

    /** The same entry after its rows were made anew. */
    public MirroredDocument withMapping(Optional<String> newType, List<TableKey> newTables) {
        return new MirroredDocument(
                id, newType, newTables, revision, contentHash, deleted, protection, leaves, disputed);
    }

    /** The same entry after a set of leaves was judged and what is mirrored stayed. */
    public MirroredDocument withLeaves(LeafDigest judged, boolean isDisputed) {
        return new MirroredDocument(id, type, tables, revision, contentHash, deleted, protection, judged, isDisputed);
    }

    /** A table in which a document has rows, and by which column they are found. */
    public record TableKey(String table, String keyColumn, TableLayout.KeyForm keyForm) {
        public static TableKey of(TableLayout layout) {
            return new TableKey(layout.table(), layout.keyColumn(), layout.keyForm());
        }
    }
}
