package dev.docmirror.policies;

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
}
