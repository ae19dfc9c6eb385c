package dev.docmirror.worker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Opened;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Envelopes that a test can write by hand: the text backwards, and in front of it the key's name and a mark. */
final class BackwardsCodec implements EnvelopeCodec {
    private static final JsonMapper JSON = new JsonMapper();

    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    BackwardsCodec(String... keys) {
        this.keys.addAll(Set.of(keys));
    }

    void add(String key) {
        keys.add(key);
    }

    /** The JSON of an envelope. */
    static String envelope(String key, String json) {
        return envelope(key, JSON.readValue(json, ObjectNode.class)).toString();
    }

    private static ObjectNode envelope(String key, ObjectNode plaintext) {
        return JSON.createObjectNode()
                .put("encrypted", true)
                .put("data", key + "|" + new StringBuilder(plaintext.toString()).reverse());
    }

    @Override
    public boolean recognizes(ObjectNode stored) {
        return stored.path("encrypted").asBoolean(false);
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        String[] parts = stored.path("data").asString().split("\\|", 2);
        if (!keys.contains(parts[0])) {
            return new Opened.KeyMissing(parts[0]);
        }
        String json = new StringBuilder(parts[1]).reverse().toString();
        if (!json.startsWith("{")) {
            throw new EnvelopeException(id);
        }
        ObjectNode body = JSON.readValue(json, ObjectNode.class);
        body.set("_id", stored.path("_id"));
        body.set("_rev", stored.path("_rev"));
        return new Opened.Plaintext(body, parts[0]);
    }

    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        String key = keys.stream().sorted().findFirst().orElseThrow(() -> new MissingKeyException(id, "newest"));
        return envelope(key, plaintext);
    }
}
