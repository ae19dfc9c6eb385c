package dev.docmirror.envelope;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envelopes of version 1: AES-256-GCM, bound to the database, the document's id and the key's id. Immutable and
 * thread-safe.
 *
 * <p>A stored document, in any order of members and with nothing else in it:
 *
 * <pre>{@code
 * {"_id": "p1", "_rev": "1-…",          CouchDB's own members, see below
 *  "encrypted": true,
 *  "type": "patient",                   optional, a hint in clear text
 *  "envelope": {
 *    "v": 1,                            the version, an integer
 *    "alg": "A256GCM",                  AES-256 in Galois/Counter Mode
 *    "kid": "2026-07",                  the key's id, 1 to 191 characters of ASCII from ! to ~
 *    "kdf": {                           how the key comes from a passphrase in UTF-8; absent for a raw key
 *      "name": "PBKDF2-HMAC-SHA256",    RFC 8018, 32 bytes
 *      "iterations": 600000,            an integer from 600,000 to 10,000,000
 *      "salt": "…"},                    16 to 64 bytes
 *    "iv": "…",                         12 random bytes, new for each message
 *    "data": "…",                       the ciphertext, as long as the plaintext
 *    "tag": "…"}}                       16 bytes
 * }</pre>
 *
 * <p>Bytes are in base64 (RFC 4648, section 4): padded, no line breaks, spare bits zero. The plaintext is one JSON object
 * in UTF-8, no name twice in an object, with the document's members but {@code _id}, {@code _rev}, {@code _deleted},
 * {@code _attachments}, {@code _revisions}, {@code _revs_info}, {@code _conflicts}, {@code _deleted_conflicts} and
 * {@code _local_seq}. If it has a {@code type} and there is a hint, they are equal; a hint alone is the document's type.
 *
 * <p>The additional authenticated data is ten parts, one behind the other. Each is its length in bytes as a big-endian
 * integer of four bytes, then the bytes; a part that is absent is {@code FF FF FF FF} and no bytes. Texts are in UTF-8,
 * integers are written in decimal digits:
 *
 * <ol>
 *   <li>{@code docmirror.envelope}
 *   <li>the version, {@code 1}
 *   <li>the algorithm, {@code A256GCM}
 *   <li>the key's id
 *   <li>the name of the derivation, {@code PBKDF2-HMAC-SHA256}; absent for a raw key
 *   <li>the iterations; absent for a raw key
 *   <li>the salt, its bytes; absent for a raw key
 *   <li>the name of the database, on which writers and readers agree
 *   <li>{@code _id}
 *   <li>the hint {@code type}; absent if there is none, which is not the same as an empty one
 * </ol>
 *
 * <p>Not protected: {@code _rev}, {@code _deleted} and {@code _attachments} (whose content stays in clear text), the
 * length of the plaintext, and which of a document's versions is the current one: an older envelope of the same document
 * opens as well as the newest.
 */
public final class Envelopes implements EnvelopeCodec {
    private final String database;
    private final KeyProvider keys;
    private final boolean typeHint;
    private final IvSource ivs;

    private Envelopes(String database, KeyProvider keys, boolean typeHint, IvSource ivs) {
        this.database = database;
        this.keys = keys;
        this.typeHint = typeHint;
        this.ivs = ivs;
    }

    /**
     * Seals without a type hint.
     *
     * @param database a name on which all writers and readers of the documents agree, such as CouchDB's name of it
     * @param keys stays the caller's
     */
    public static Envelopes of(String database, KeyProvider keys) {
        return with(database, keys, IvSource.random());
    }

    static Envelopes with(String database, KeyProvider keys, IvSource ivs) {
        if (database.isEmpty()) {
            throw new IllegalArgumentException("database: must not be empty");
        }
        return new Envelopes(database, keys, false, ivs);
    }

    /** Seals with the document's {@code type} in clear text beside the envelope, where it has one that is a text. */
    public Envelopes withTypeHint() {
        return new Envelopes(database, keys, true, ivs);
    }

    /** Also true of what was an envelope before a byte of its JSON text changed. */
    @Override
    public boolean recognizes(ObjectNode stored) {
        return Parts.recognizes(stored);
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        try {
            Parts parts = Parts.read(id, stored);
            byte[] additional = AdditionalData.of(database, id, parts.keyId(), parts.kdf(), parts.type());
            Optional<LentKey> key = LentKey.of(() -> keys.find(parts.keyId()), any -> parts.kdf());
            if (key.isEmpty()) {
                return new Opened.KeyMissing(parts.keyId());
            }
            try (LentKey lent = key.get()) {
                ObjectNode content = Plaintext.open(lent.aes(), parts.iv(), additional, parts.sealed())
                        .orElseThrow(Parts.Malformed::new);
                return new Opened.Plaintext(body(stored, content, parts.type()), parts.keyId());
            }
        } catch (Parts.Malformed | CharacterCodingException e) {
            throw new EnvelopeException(id); // without the cause: why is nobody's business
        }
    }

    private static ObjectNode body(ObjectNode stored, ObjectNode content, Optional<String> hint) {
        if (OuterFields.hasReserved(content)) {
            throw new Parts.Malformed();
        }
        JsonNode type = content.get("type");
        if (hint.isPresent()
                && type != null
                && !(type.isString() && type.stringValue().equals(hint.get()))) {
            throw new Parts.Malformed();
        }
        ObjectNode body = OuterFields.of(stored);
        body.setAll(content);
        if (hint.isPresent() && type == null) {
            body.put("type", hint.get());
        }
        return body;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A tombstone without content is returned as it is; one with content is sealed.
     *
     * @throws MappingException if it nests deeper than 100, has a number of more than 1,000 characters, a member that
     *     begins with an underscore and is not CouchDB's, or more than 40 MiB; or if id or type holds half a character
     * @throws IllegalArgumentException if it is an envelope already, or says another id
     */
    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        if (recognizes(plaintext) || !OuterFields.allow(id, plaintext)) {
            throw new IllegalArgumentException("plaintext: must be no envelope, and of document " + id);
        }
        ObjectNode body = OuterFields.of(plaintext);
        ObjectNode content = OuterFields.contentOf(plaintext);
        if (content.isEmpty() && OuterFields.isTombstone(plaintext)) {
            return body;
        }
        if (OuterFields.hasReserved(content)) {
            throw new MappingException(
                    id, "the document has a member that begins with an underscore, which CouchDB refuses");
        }
        JsonNode type = content.path("type");
        Optional<String> hint = typeHint && type.isString() ? Optional.of(type.stringValue()) : Optional.empty();
        byte[] json = Plaintext.write(id, content);
        try {
            seal(id, hint, json).write(body);
            return body;
        } catch (CharacterCodingException e) {
            throw new MappingException(id, "the document's id or type holds half a character, which has no UTF-8");
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }

    private Parts seal(DocumentId id, Optional<String> hint, byte[] json) throws CharacterCodingException {
        try (LentKey lent =
                LentKey.of(keys::newest, EnvelopeKey::kdf).orElseThrow(() -> new MissingKeyException(id, "newest"))) {
            EnvelopeKey key = lent.key();
            byte[] iv = ivs.next();
            byte[] additional = AdditionalData.of(database, id, key.id(), key.kdf(), hint);
            return new Parts(key.id(), key.kdf(), hint, iv, AesGcm.seal(lent.aes(), iv, additional, json));
        }
    }

    /** The database; no key. */
    @Override
    public String toString() {
        return "Envelopes[" + database + "]";
    }
}
