package dev.docmirror.examples.backend.proxy;

import java.util.Optional;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.util.TokenBuffer;

/**
 * One version of a document, as CouchDB gave it.
 *
 * @param owner whom it names, if it names anybody by a text
 * @param body all of it, exactly
 */
record Leaf(String id, String revision, boolean deleted, Optional<String> owner, TokenBuffer body) {

    /** Reads the object that a parser stands before, however deep it nests. */
    static Leaf read(JsonParser json, String ownerField) {
        TokenBuffer body = TokenBuffer.forBuffering(json, ObjectReadContext.empty());
        body.copyCurrentStructure(json);
        String id = "";
        String revision = "";
        boolean deleted = false;
        Optional<String> owner = Optional.empty();
        try (JsonParser again = body.asParser(ObjectReadContext.empty())) {
            again.nextToken();
            while (again.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = again.currentName();
                JsonToken value = again.nextToken();
                if (name.equals("_id")) {
                    id = again.getString();
                } else if (name.equals("_rev")) {
                    revision = again.getString();
                } else if (name.equals("_deleted")) {
                    deleted = value == JsonToken.VALUE_TRUE;
                } else if (name.equals(ownerField)) {
                    owner = value == JsonToken.VALUE_STRING ? Optional.of(again.getString()) : Optional.empty();
                }
                again.skipChildren();
            }
        }
        return new Leaf(id, revision, deleted, owner, body);
    }

    /** Whether a user may see it: it is theirs by name, or it is a tombstone that says nothing. */
    boolean isVisibleTo(String user) {
        return owner.map(user::equals).orElse(deleted);
    }
}
