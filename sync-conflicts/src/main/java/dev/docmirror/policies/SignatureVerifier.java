package dev.docmirror.policies;

import java.security.PublicKey;
import java.util.Optional;
import java.util.function.Function;

import dev.docmirror.change.Document;
import tools.jackson.databind.JsonNode;

/**
 * Tells whether a signature is valid. Thread-safe and pure: the answer depends on the document and the verifier's own
 * configuration only. Never throws on valid JSON; what it can't make sense of is not valid.
 */
@FunctionalInterface
public interface SignatureVerifier {

    /**
     * Whether a document is validly signed.
     *
     * @param document readable and not deleted
     * @param signature what stands in its signature field: neither missing, null nor empty text
     */
    boolean verify(Document document, JsonNode signature);

    /**
     * The signature is the SHA-256 of {@link CanonicalJson#bytes}, in hexadecimal digits of either case or in Base64. It
     * shows that nothing was changed by accident or by somebody who forgot the hash; it needs no key, so whoever can
     * write can sign anew. The hashes are compared in constant time.
     *
     * @param signatureFields JSON Pointers to what the hash does not cover: at least the field it stands in
     * @throws IllegalArgumentException if there is none, or one is not a JSON Pointer to a field
     */
    static SignatureVerifier sha256(String... signatureFields) {
        return new Sha256Verifier(Signed.fields(signatureFields));
    }

    /**
     * The signature is one by Ed25519 over {@link CanonicalJson#bytes}, in Base64. Verifying takes some tenths of a
     * millisecond.
     *
     * @param key an Ed25519 key; under any other nothing is valid
     * @param signatureFields JSON Pointers to what it does not cover: at least the field it stands in
     * @throws IllegalArgumentException if there is none, or one is not a JSON Pointer to a field
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032: EdDSA</a>
     */
    static SignatureVerifier ed25519(PublicKey key, String... signatureFields) {
        return new Ed25519Verifier(new Ed25519Verifier.OneKey(key), Signed.fields(signatureFields));
    }

    /**
     * As {@link #ed25519(PublicKey, String...)}, but each document tells by an id which key signed it. A document without
     * one, or with the id of an unknown key, is not validly signed. Leave the id out of the signature fields, so that
     * the signature covers it.
     *
     * @param keyIdField a JSON Pointer to the text that names the key
     * @param keys the key of an id, empty if it is unknown; thread-safe, without I/O, and the same for the same id, for
     *     else the policy is not pure: load keys before, and add new ones under new ids
     * @param signatureFields JSON Pointers to what it does not cover: at least the field it stands in
     * @throws IllegalArgumentException if there is none, or one is not a JSON Pointer to a field
     */
    static SignatureVerifier ed25519(
            String keyIdField, Function<String, Optional<PublicKey>> keys, String... signatureFields) {
        Ed25519Verifier.Keys byId = new Ed25519Verifier.KeysById(Fields.pointer("keyIdField", keyIdField), keys);
        return new Ed25519Verifier(byId, Signed.fields(signatureFields));
    }
}
