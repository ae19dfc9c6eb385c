package dev.docmirror.envelope;

import java.util.Arrays;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.EnvelopeException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the envelopes of an older layout, to bring them into {@link Envelopes}: {@code "encrypted": true} and
 * {@code "data"}, which is the base64 of 12 bytes of IV, the AES-256-GCM ciphertext of the document's JSON and 16 bytes
 * of tag. Immutable and thread-safe.
 *
 * <p>Weaker than {@link Envelopes}, since nothing but the content is authenticated: an envelope that was moved to another
 * document or database under the same key opens there, unless the content itself has an {@code _id}, which must be the
 * document's. Nothing says which key it needs; a wrong one looks like an altered envelope. Read it no longer than the
 * migration takes, as the last one: {@code Envelopes.of(database, keys).orElse(SimpleEnvelopes.of(keys, "old"))}.
 */
public final class SimpleEnvelopes implements EnvelopeCodec {
    private static final int MEMBERS = 2;
    private static final int SHORTEST = AesGcm.IV_BYTES + "{}".length() + AesGcm.TAG_BYTES;

    private final KeyProvider keys;
    private final String keyId;

    private SimpleEnvelopes(KeyProvider keys, String keyId) {
        this.keys = keys;
        this.keyId = keyId;
    }

    /**
     * Opens all of them with one key. A passphrase derives it with the salt and iterations it was made with.
     *
     * @param keys stays the caller's
     */
    public static SimpleEnvelopes of(KeyProvider keys, String keyId) {
        if (!EnvelopeKey.isId(keyId)) {
            throw new IllegalArgumentException("keyId: must be 1 to 191 visible ASCII characters");
        }
        return new SimpleEnvelopes(keys, keyId);
    }

    /** Also true of what was an envelope before a byte of its JSON text changed. */
    @Override
    public boolean recognizes(ObjectNode stored) {
        return looksSealed(stored);
    }

    static boolean looksSealed(ObjectNode stored) {
        boolean says = Parts.isTrue(stored.path("encrypted"));
        boolean hasText = stored.path("data").isString();
        return (says && hasText) || ((says || hasText) && looksDamaged(OuterFields.contentOf(stored)));
    }

    /** One of the two names may be damaged: then nothing else is there, and the text can only be a ciphertext. */
    private static boolean looksDamaged(ObjectNode content) {
        return content.size() == MEMBERS
                && content.values().stream().anyMatch(Parts::isTrue)
                && content.values().stream().anyMatch(SimpleEnvelopes::isCiphertext);
    }

    private static boolean isCiphertext(JsonNode value) {
        try {
            return value.isString() && Parts.base64(value.stringValue()).length >= SHORTEST;
        } catch (Parts.Malformed e) {
            return false;
        }
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        try {
            if (!OuterFields.allow(id, stored) || OuterFields.contentOf(stored).size() != MEMBERS) {
                throw new Parts.Malformed();
            }
            byte[] message = message(stored);
            Optional<LentKey> key = LentKey.of(() -> keys.find(keyId), EnvelopeKey::kdf);
            if (key.isEmpty()) {
                return new Opened.KeyMissing(keyId);
            }
            try (LentKey lent = key.get()) {
                return new Opened.Plaintext(body(id, stored, open(lent.aes(), message)), keyId);
            }
        } catch (Parts.Malformed e) {
            throw new EnvelopeException(id); // without the cause: why is nobody's business
        }
    }

    private static byte[] message(ObjectNode stored) {
        if (!Parts.isTrue(stored.path("encrypted")) || !isCiphertext(stored.path("data"))) {
            throw new Parts.Malformed();
        }
        return Parts.base64(stored.path("data").stringValue());
    }

    private static ObjectNode open(AesKey key, byte[] message) {
        byte[] iv = Arrays.copyOf(message, AesGcm.IV_BYTES);
        int end = message.length - AesGcm.TAG_BYTES;
        AesGcm.Sealed sealed = new AesGcm.Sealed(
                Arrays.copyOfRange(message, AesGcm.IV_BYTES, end), Arrays.copyOfRange(message, end, message.length));
        return Plaintext.open(key, iv, new byte[0], sealed).orElseThrow(Parts.Malformed::new);
    }

    private static ObjectNode body(DocumentId id, ObjectNode stored, ObjectNode inner) {
        if (!OuterFields.allow(id, inner)) {
            throw new Parts.Malformed();
        }
        ObjectNode content = OuterFields.contentOf(inner); // a whole document was sealed: its _rev is an old one
        if (OuterFields.hasReserved(content)) {
            throw new Parts.Malformed();
        }
        ObjectNode body = OuterFields.of(stored);
        body.setAll(content);
        return body;
    }

    /** @throws ConfigurationException always: this layout is only read */
    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        throw new ConfigurationException(
                "the simple layout of envelopes is only read; seal with Envelopes.of(…).orElse(SimpleEnvelopes.of(…))",
                null);
    }

    /** The key's id. */
    @Override
    public String toString() {
        return "SimpleEnvelopes[" + keyId + "]";
    }
}
