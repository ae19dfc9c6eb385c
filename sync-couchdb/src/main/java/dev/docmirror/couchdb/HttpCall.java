package dev.docmirror.couchdb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;

/**
 * One request. Its text names method and path; the query, which may hold a position, stays out of messages.
 *
 * @param path from the server's root on, percent-encoded
 * @param query percent-encoded, without the question mark; may be empty
 * @param body JSON; null for none
 * @param expected statuses besides 2xx that the caller deals with
 * @param zipped whether the body is compressed with gzip
 */
record HttpCall(
        String method, String path, String query, byte @Nullable [] body, Set<Integer> expected, boolean zipped) {

    static HttpCall get(String path) {
        return new HttpCall("GET", path, "", null, Set.of(), false);
    }

    static HttpCall post(String path, byte[] body) {
        return new HttpCall("POST", path, "", body, Set.of(), false);
    }

    static HttpCall put(String path, byte @Nullable [] body) {
        return new HttpCall("PUT", path, "", body, Set.of(), false);
    }

    static HttpCall delete(String path) {
        return new HttpCall("DELETE", path, "", null, Set.of(), false);
    }

    HttpCall withQuery(String other) {
        return new HttpCall(method, path, other, body, expected, zipped);
    }

    HttpCall expecting(Integer... statuses) {
        return new HttpCall(method, path, query, body, Set.of(statuses), zipped);
    }

    /** The same with its body compressed. */
    HttpCall compressed() {
        if (body == null || zipped) {
            return this;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return new HttpCall(method, path, query, bytes.toByteArray(), expected, true);
    }

    boolean expects(int status) {
        return status / 100 == 2 || expected.contains(status);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
