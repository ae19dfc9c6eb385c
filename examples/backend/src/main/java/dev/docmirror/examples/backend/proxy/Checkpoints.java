package dev.docmirror.examples.backend.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The checkpoints of replications, which PouchDB keeps as {@code _local} documents. Each user has their own: in CouchDB
 * they have an id that is made of the user and the device's id. Thread-safe.
 */
final class Checkpoints {
    private final CouchDbClient couch;

    Checkpoints(CouchDbClient couch) {
        this.couch = couch;
    }

    ObjectNode get(String user, String id) {
        try (Reply reply = couch.get(path(user, id), Map.of()).success()) {
            if (reply.tree() instanceof ObjectNode checkpoint) {
                return checkpoint.put("_id", "_local/" + id);
            }
            throw Reply.malformed();
        }
    }

    /** @return CouchDB's answer, {@code ok}, {@code id} and {@code rev} */
    ObjectNode put(String user, String id, ObjectNode checkpoint) {
        if (!WriteRules.isUsable(checkpoint)) {
            throw ProxyException.badRequest("a number is too large or too small, or a text is no Unicode");
        }
        String path = path(user, id);
        try (Reply reply =
                couch.put(path, checkpoint.deepCopy().put("_id", path)).success()) {
            return done(id, reply.tree());
        }
    }

    ObjectNode delete(String user, String id, String revision) {
        try (Reply reply = couch.delete(path(user, id), Map.of("rev", revision)).success()) {
            return done(id, reply.tree());
        }
    }

    private static ObjectNode done(String id, JsonNode answer) {
        return ProxyJson.object()
                .put("ok", true)
                .put("id", "_local/" + id)
                .put("rev", answer.path("rev").asString(""));
    }

    /** Below the database. The user's length tells where their name ends. */
    private static String path(String user, String id) {
        try {
            String key = user.length() + ":" + user + id;
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "_local/device-" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
