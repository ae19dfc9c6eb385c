package dev.docmirror.envelope;

import tools.jackson.databind.node.ObjectNode;

/** What came of opening an intact-looking envelope. */
public sealed interface Opened {

    /**
     * It is open.
     *
     * @param body the document's body, authentic
     * @param keyId the key that had sealed it
     */
    record Plaintext(ObjectNode body, String keyId) implements Opened {
        /** The key's id; no content. */
        @Override
        public String toString() {
            return "Plaintext[keyId=" + keyId + "]";
        }
    }

    /** The key that sealed it is not there; whether the envelope is intact is not known. */
    record KeyMissing(String keyId) implements Opened {}
}
