package dev.docmirror.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An envelope of version 1, taken apart.
 *
 * @param kdf how its key is derived; empty for a raw key
 * @param type the clear hint
 */
record Parts(String keyId, Optional<Kdf> kdf, Optional<String> type, byte[] iv, AesGcm.Sealed sealed) {
    static final int VERSION = 1;
    static final String ALGORITHM = "A256GCM";

    private static final Set<String> BODY = Set.of("encrypted", "type", "envelope");
    private static final Set<String> ALWAYS = Set.of("v", "alg", "kid", "iv", "data", "tag");
    private static final Set<String> KDF = Set.of("name", "iterations", "salt");

    /** Something that looks like an envelope and is none of ours. Has no message of its own. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /**
     * Whether a body is an envelope or was one before a byte of it changed: then it either says so, or a member has the
     * shape of one, whatever its name.
     */
    static boolean recognizes(ObjectNode stored) {
        if (isTrue(stored.path("encrypted")) && stored.has("envelope")) {
            return true;
        }
        for (JsonNode value : stored.values()) {
            if (value.isObject() && looksSealed(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean looksSealed(JsonNode object) {
        return object.size() >= ALWAYS.size() - 1
                && ALWAYS.stream().filter(object::has).count() >= ALWAYS.size() - 1;
    }

    static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.booleanValue();
    }

    /** Reads exactly what {@link #write} makes, and nothing else. */
    static Parts read(DocumentId id, ObjectNode stored) {
        check(OuterFields.allow(id, stored));
        for (Map.Entry<String, JsonNode> member : stored.properties()) {
            check(BODY.contains(member.getKey()) || OuterFields.has(member.getKey()));
        }
        check(isTrue(stored.path("encrypted")));
        JsonNode envelope = stored.path("envelope");
        JsonNode kdf = envelope.path("kdf");
        check(envelope.isObject() && envelope.size() == ALWAYS.size() + (kdf.isMissingNode() ? 0 : 1));
        check(number(envelope, "v") == VERSION && text(envelope, "alg").equals(ALGORITHM));
        String keyId = text(envelope, "kid");
        check(EnvelopeKey.isId(keyId));
        byte[] iv = bytes(envelope, "iv");
        byte[] tag = bytes(envelope, "tag");
        check(iv.length == AesGcm.IV_BYTES && tag.length == AesGcm.TAG_BYTES);
        Optional<String> type = stored.has("type") ? Optional.of(text(stored, "type")) : Optional.empty();
        Optional<Kdf> derivation = kdf.isMissingNode() ? Optional.empty() : Optional.of(kdf(kdf));
        return new Parts(keyId, derivation, type, iv, new AesGcm.Sealed(bytes(envelope, "data"), tag));
    }

    private static Kdf kdf(JsonNode kdf) {
        check(kdf.isObject() && kdf.size() == KDF.size() && text(kdf, "name").equals(Kdf.NAME));
        try {
            return Kdf.of(number(kdf, "iterations"), bytes(kdf, "salt"));
        } catch (IllegalArgumentException e) {
            throw new Malformed(); // beyond the limits
        }
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new Malformed();
        }
    }

    private static int number(JsonNode object, String name) {
        JsonNode value = object.path(name);
        check(value.isInt());
        return value.intValue();
    }

    private static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        check(value.isString());
        return value.stringValue();
    }

    private static byte[] bytes(JsonNode object, String name) {
        return base64(text(object, name));
    }

    /** The bytes of a text that is the one way to write them in base64: padded, no other characters, no spare bits. */
    static byte[] base64(String text) {
        check(text.length() % 4 == 0);
        try {
            byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            // The decoder lets spare bits pass, which only the last group of four characters can have.
            int last = Math.max(0, bytes.length - 1) / 3 * 3;
            byte[] end = Arrays.copyOfRange(bytes, last, bytes.length);
            check(text.endsWith(base64(end)) && text.length() == (bytes.length + 2) / 3 * 4);
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new Malformed();
        }
    }

    /** Adds these parts to the outer fields of a body. */
    void write(ObjectNode body) {
        body.put("encrypted", true);
        type.ifPresent(hint -> body.put("type", hint));
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("v", VERSION).put("alg", ALGORITHM).put("kid", keyId);
        if (kdf.isPresent()) {
            Kdf how = kdf.get();
            envelope.putObject("kdf")
                    .put("name", Kdf.NAME)
                    .put("iterations", how.iterations())
                    .put("salt", base64(how.salt()));
        }
        envelope.put("iv", base64(iv)).put("data", base64(sealed.data())).put("tag", base64(sealed.tag()));
        body.set("envelope", envelope);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
