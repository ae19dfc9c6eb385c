package dev.docmirror.policies;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What verifiers look at. */
final class Signed {
    private Signed() {}

    /** What the signature covers; empty if the document has no canonical form, or its body is that of another one. */
    static Optional<byte[]> bytes(Document document, List<JsonPointer> signatureFields) {
        try {
            ObjectNode body = document.body();
            return body.path("_id").stringValue("").equals(document.id().value())
                    ? Optional.of(CanonicalJson.bytes(body, signatureFields))
                    : Optional.empty();
        } catch (MappingException | IllegalArgumentException e) {
            return Optional.empty(); // nobody can have signed what has no canonical form
        }
    }

    static Optional<byte[]> base64(JsonNode signature) {
        try {
            return signature.stringValueOpt().map(Base64.getDecoder()::decode);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no Base64: not a valid signature
        }
    }

    static List<JsonPointer> fields(String... signatureFields) {
        if (signatureFields.length == 0) {
            throw new IllegalArgumentException("signatureFields: must be at least the signature's own, was []");
        }
        return CanonicalJson.pointers(signatureFields);
    }

    static String names(List<JsonPointer> pointers) {
        return pointers.stream().map(JsonPointer::toString).collect(Collectors.joining(", "));
    }
}
