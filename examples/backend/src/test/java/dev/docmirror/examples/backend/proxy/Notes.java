package dev.docmirror.examples.backend.proxy;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Notes of users, as devices write them. */
final class Notes {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Notes() {}

    static ObjectNode note(String id, String owner, String title) {
        return JSON.createObjectNode()
                .put("_id", id)
                .put("type", "note")
                .put("owner", owner)
                .put("patientId", "patient:AB12")
                .put("title", title)
                .put("updatedAt", "2026-02-14T10:30:00Z");
    }

    static List<ObjectNode> some(String prefix, String owner, int count) {
        List<ObjectNode> notes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            notes.add(note(prefix + i, owner, "visit " + i));
        }
        return notes;
    }

    /**
     * As a replication brings it.
     *
     * @param hash of its revision, hexadecimal; a short one is repeated
     * @param ancestors the hashes of those before, the latest first
     */
    static ObjectNode replicated(ObjectNode note, int generation, String hash, String... ancestors) {
        ObjectNode copy = note.deepCopy().put("_rev", generation + "-" + hash(hash));
        ArrayNode ids = copy.putObject("_revisions").put("start", generation).putArray("ids");
        ids.add(hash(hash));
        for (String ancestor : ancestors) {
            ids.add(hash(ancestor));
        }
        return copy;
    }

    /** A revision's hash that begins so. */
    static String hash(String beginning) {
        return beginning.repeat(32).substring(0, 32);
    }
}
