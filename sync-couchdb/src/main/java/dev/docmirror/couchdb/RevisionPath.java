package dev.docmirror.couchdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.Revision;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cuts {@code _revisions} out of a document and passes over the rest. */
final class RevisionPath {
    private static final int REV = 0;
    private static final int DELETED = 1;
    private static final int REVISIONS = 2;
    private static final byte[][] NAMES = Names.of("_rev", "_deleted", "_revisions");

    private RevisionPath() {}

    /** A path that can't be read, or has a revision that can't be ordered, counts as missing. */
    static BulkGet.Found read(JsonCutter json) throws IOException {
        String revision = "";
        boolean deleted = false;
        byte[] revisions = null;
        json.expect('{');
        for (boolean first = true; json.hasNext('}', first); first = false) {
            switch (json.name(NAMES)) {
                case REV -> revision = json.string();
                case DELETED -> deleted = json.token().equals("true");
                case REVISIONS -> revisions = json.cut(JsonCutter.SHORT);
                default -> json.skip();
            }
        }
        List<Revision> path = path(revisions);
        boolean usable = !path.isEmpty() && path.get(0).toString().equals(revision);
        return usable ? new BulkGet.Found.Path(path, deleted) : new BulkGet.Found.Missing();
    }

    private static List<Revision> path(byte @Nullable [] revisions) throws MalformedAnswerException {
        if (revisions == null) {
            return List.of();
        }
        JsonNode tree;
        try {
            tree = JsonMapper.shared().readTree(revisions);
        } catch (JacksonException e) {
            throw new MalformedAnswerException("it has a history that is not JSON");
        }
        List<Revision> path = new ArrayList<>();
        long generation = tree.path("start").asLong(0);
        for (JsonNode hash : tree.path("ids")) {
            if (generation < 1 || !hash.isString() || hash.stringValue().isEmpty()) {
                return List.of();
            }
            path.add(new Revision(generation, hash.stringValue()));
            generation--;
        }
        return path;
    }
}
