package dev.docmirror.couchdb;

import tools.jackson.databind.JsonNode;

/** A whole, small answer. What CouchDB sends besides documents. */
record Answer(int status, JsonNode json) {

    /** A member's text; empty if it is none. */
    String text(String name) {
        JsonNode member = json.path(name);
        return member.isString() ? member.stringValue() : "";
    }

    @Override
    public String toString() {
        return "answer " + status;
    }
}
