package dev.docmirror.policies;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.docmirror.change.Document;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The rules are in {@link SignatureVerifier#ed25519(String, Function, String...)}.
 *
 * @param keys finds the key of a document
 */
record Ed25519Verifier(Keys keys, List<JsonPointer> signatureFields) implements SignatureVerifier {

    /** Finds the key of a document. */
    sealed interface Keys {
        Optional<PublicKey> of(Document document);
    }

    /** One for all. */
    record OneKey(PublicKey key) implements Keys {
        @Override
        public Optional<PublicKey> of(Document document) {
            return Optional.of(key);
        }

        @Override
        public String toString() {
            return "publicKey";
        }
    }

    /** By an id in the document. */
    record KeysById(JsonPointer keyId, Function<String, Optional<PublicKey>> lookup) implements Keys {
        @Override
        public Optional<PublicKey> of(Document document) {
            return Fields.at(document, keyId).stringValueOpt().flatMap(lookup);
        }

        @Override
        public String toString() {
            return keyId + ", " + lookup;
        }
    }

    @Override
    public boolean verify(Document document, JsonNode signature) {
        Optional<byte[]> decoded = Signed.base64(signature);
        Optional<PublicKey> key = decoded.isEmpty() ? Optional.empty() : keys.of(document);
        Optional<byte[]> message = key.isEmpty() ? Optional.empty() : Signed.bytes(document, signatureFields);
        return message.isPresent() && isValid(key.get(), message.get(), decoded.get());
    }

    static boolean isValid(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(message);
            return ed25519.verify(signature);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // a key of another kind, or bytes of another length
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "ed25519(" + keys + ", " + Signed.names(signatureFields) + ")";
    }
}
