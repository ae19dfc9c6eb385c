package dev.docmirror.examples.backend.page;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ConflictView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conflict with all its versions, for a reviewer. It holds whole documents; {@code toString} does not.
 *
 * @param token which leaves are shown: a decision holds for these alone
 * @param versions the leaves, CouchDB's winner first, then archived versions that wait
 * @param fields the fields in which they differ
 */
record ConflictAnswer(
        String id,
        Optional<String> type,
        Optional<String> reason,
        String token,
        Optional<String> mirroredRevision,
        List<Shown> versions,
        List<Field> fields) {

    /** A version, a leaf or an archived one that a decision can bring back; {@code toString} does not show its body. */
    record Shown(
            String revision,
            boolean deleted,
            boolean winner,
            boolean mirrored,
            boolean leaf,
            Optional<String> writtenAt,
            ObjectNode body) {

        @Override
        public String toString() {
            return revision;
        }
    }

    /** A field in which versions differ: what each has there, by its revision; one that has nothing is missing. */
    record Field(String pointer, Map<String, JsonNode> values) {

        @Override
        public String toString() {
            return pointer;
        }
    }

    static ConflictAnswer of(ConflictView view) {
        Optional<ArchiveEntry> open =
                view.archived().stream().filter(ArchiveEntry::isOpen).findFirst();
        Document winner = view.leaves().get(0);
        return new ConflictAnswer(
                view.id().value(),
                open.flatMap(entry -> entry.conflict().type()).or(() -> text(winner, "type")),
                open.map(entry -> entry.conflict().reason()),
                view.token(),
                view.mirrored().map(Object::toString),
                Versions.of(view).all().stream()
                        .map(version -> shown(version, winner, view))
                        .toList(),
                view.differences().stream().map(ConflictAnswer::field).toList());
    }

    private static Shown shown(Document version, Document winner, ConflictView view) {
        ObjectNode body = version.body().deepCopy();
        body.propertyNames().stream()
                .filter(name -> name.startsWith("_"))
                .toList()
                .forEach(body::remove);
        return new Shown(
                version.revision().toString(),
                version.deleted(),
                version.revision().equals(winner.revision()),
                view.mirrored().filter(version.revision()::equals).isPresent(),
                view.leaves().stream().anyMatch(leaf -> leaf.revision().equals(version.revision())),
                writtenAt(version),
                body);
    }

    /** By its own word, which the clinic's documents keep as text or as milliseconds. */
    private static Optional<String> writtenAt(Document version) {
        JsonNode time = version.body().path("updatedAt");
        return time.isIntegralNumber() && time.canConvertToLong()
                ? Optional.of(Instant.ofEpochMilli(time.longValue()).toString())
                : text(version, "updatedAt");
    }

    private static Optional<String> text(Document version, String field) {
        return version.body().path(field).asStringOpt();
    }

    private static Field field(ConflictView.Difference difference) {
        Map<String, JsonNode> values = new TreeMap<>();
        difference.values().forEach((revision, value) -> values.put(revision.toString(), value));
        return new Field(difference.pointer(), values);
    }

    /** Id and counts; no content. */
    @Override
    public String toString() {
        return "ConflictAnswer[" + id + ", " + versions.size() + " versions]";
    }
}
