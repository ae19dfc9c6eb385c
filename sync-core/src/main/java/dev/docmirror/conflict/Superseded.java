package dev.docmirror.conflict;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tombstone that closes a losing leaf once the decision about it was written upstream. It carries one marking field,
 * so that nobody takes it for a person's wish to delete the document. It holds no time and no host name: two hosts that
 * close the same leaf write the same revision.
 */
public final class Superseded {
    /** The marking field of such a tombstone; its value is {@code true}. */
    public static final String FIELD = "docmirror_superseded";

    private Superseded() {}

    /** The body of such a tombstone, without {@code _id}, {@code _rev} and {@code _deleted}. */
    public static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode().put(FIELD, true);
    }

    /** Whether a leaf is such a tombstone. */
    public static boolean marks(Document leaf) {
        if (!leaf.deleted()) {
            return false;
        }
        try {
            return leaf.body().path(FIELD).asBoolean(false);
        } catch (MappingException e) {
            return false; // an unreadable tombstone is none of ours
        }
    }
}
