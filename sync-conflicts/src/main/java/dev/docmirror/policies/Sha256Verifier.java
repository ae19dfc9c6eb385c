package dev.docmirror.policies;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** The rules are in {@link SignatureVerifier#sha256}. */
record Sha256Verifier(List<JsonPointer> signatureFields) implements SignatureVerifier {
    private static final int HEX_LENGTH = 64;

    @Override
    public boolean verify(Document document, JsonNode signature) {
        return Signed.bytes(document, signatureFields)
                .flatMap(bytes -> decode(signature).map(hash -> MessageDigest.isEqual(sha256(bytes), hash)))
                .orElse(false);
    }

    private static Optional<byte[]> decode(JsonNode signature) {
        String text = signature.stringValue("");
        if (text.length() != HEX_LENGTH) {
            return Signed.base64(signature);
        }
        return text.chars().allMatch(HexFormat::isHexDigit)
                ? Optional.of(HexFormat.of().parseHex(text))
                : Optional.empty();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "sha256(" + Signed.names(signatureFields) + ")";
    }
}
