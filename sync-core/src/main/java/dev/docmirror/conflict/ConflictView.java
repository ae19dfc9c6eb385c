package dev.docmirror.conflict;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import tools.jackson.databind.JsonNode;

/**
 * A conflict as it is shown to a person: all versions side by side. It holds document content; {@code toString} does
 * not.
 *
 * @param id the document
 * @param leaves every leaf that the source holds now, CouchDB's winner first
 * @param mirrored the revision that is mirrored, empty if none is
 * @param archived every archived version, oldest first
 * @param differences every field in which leaves and open archived versions differ
 * @param digest which leaves were shown: a decision holds for these alone
 */
public record ConflictView(
        DocumentId id,
        List<Document> leaves,
        Optional<Revision> mirrored,
        List<ArchiveEntry> archived,
        List<Difference> differences,
        LeafDigest digest) {
    public ConflictView {
        leaves = List.copyOf(leaves);
        archived = List.copyOf(archived);
        differences = List.copyOf(differences);
    }

    /**
     * A field in which versions differ.
     *
     * @param pointer where, as a JSON Pointer (RFC 6901); arrays are compared as a whole
     * @param values what each version has there; a version without the field is missing
     */
    public record Difference(String pointer, Map<Revision, JsonNode> values) {
        public Difference {
            values = Map.copyOf(values);
        }

        /** The pointer; no values. */
        @Override
        public String toString() {
            return pointer;
        }
    }

    /**
     * Which leaves were shown, as text: for a host that keeps no view between two requests, see
     * {@link ConflictReview#shown}. It holds no content, and says nothing to anybody else.
     */
    public String token() {
        return digest.weight() + "-" + Long.toHexString(digest.hash());
    }

    /** Id and counts; no content. */
    @Override
    public String toString() {
        return "ConflictView[" + id + ", " + leaves.size() + " leaves, " + archived.size() + " archived]";
    }
}
