package dev.docmirror.internal;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import tools.jackson.databind.node.ObjectNode;

/** Compares versions by what they say, whatever their revisions. */
final class SameContent {
    private SameContent() {}

    static boolean test(Document a, Document b) {
        if (a.deleted() != b.deleted()) {
            return false;
        }
        if (a.contentHash().equals(b.contentHash())) {
            return true;
        }
        try {
            return test(a.body(), b.body());
        } catch (MappingException e) {
            return false; // what can't be read can't be told to be the same
        }
    }

    /** Whether two bodies are equal but for the revision; numbers are compared by value. */
    static boolean test(ObjectNode a, ObjectNode b) {
        return of(a).equals(of(b));
    }

    /** What a body says: all but the revision. */
    static ObjectNode of(ObjectNode body) {
        ObjectNode copy = body.objectNode();
        body.properties().forEach(field -> {
            if (!field.getKey().equals("_rev") && !field.getKey().equals("_revisions")) {
                copy.set(field.getKey(), field.getValue());
            }
        });
        return copy;
    }
}
