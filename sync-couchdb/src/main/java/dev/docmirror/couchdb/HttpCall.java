package dev.docmirror.couchdb;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One request. Its text names method and path; the query, which may hold a position, stays out of messages.
 *
 * @param path from the server's root on, percent-encoded
 * @param query percent-encoded, without the question mark; may be empty
 * @param body JSON; null for none
 * @param expected statuses besides 2xx that the caller deals with
 */
record HttpCall(String method, String path, String query, byte @Nullable [] body, Set<Integer> expected) {

    static HttpCall get(String path) {
        return new HttpCall("GET", path, "", null, Set.of());
    }

    static HttpCall post(String path, byte[] body) {
        return new HttpCall("POST", path, "", body, Set.of());
    }

    static HttpCall put(String path, byte @Nullable [] body) {
        return new HttpCall("PUT", path, "", body, Set.of());
    }

    static HttpCall delete(String path) {
        return new HttpCall("DELETE", path, "", null, Set.of());
    }

    HttpCall withQuery(String other) {
        return new HttpCall(method, path, other, body, expected);
    }

    HttpCall expecting(Integer... statuses) {
        return new HttpCall(method, path, query, body, Set.of(statuses));
    }

    boolean expects(int status) {
        return status / 100 == 2 || expected.contains(status);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
