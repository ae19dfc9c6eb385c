package dev.docmirror.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import tools.jackson.databind.node.ObjectNode;

/** Keys and documents for the tests of envelopes. */
final class Fixture {
    static final String DATABASE = "clinic";
    static final DocumentId ID = DocumentId.of("p1");

    private Fixture() {}

    /** 32 bytes, the first of them this one. */
    static byte[] bytes(int first) {
        byte[] bytes = new byte[AesKey.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    static KeyRing ring(String... ids) {
        KeyRing ring = KeyRing.of();
        for (String id : ids) {
            ring.add(EnvelopeKey.raw(id, bytes(Arrays.hashCode(id.getBytes(StandardCharsets.UTF_8)))));
        }
        return ring;
    }

    /** A key that has derived already. */
    static EnvelopeKey passphrase(String id, String passphrase) {
        return EnvelopeKey.passphrase(id, passphrase.toCharArray(), Arrays.copyOf(bytes(0), 16), 600_000);
    }

    static ObjectNode json(String text) {
        return json(ID, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As a source parses it. */
    static ObjectNode json(DocumentId id, byte[] utf8) {
        return new Document(id, Revision.of("1-a"), false, utf8, DocumentReader.defaults()).body();
    }

    static ObjectNode plaintext(EnvelopeCodec codec, DocumentId id, ObjectNode stored) {
        return ((Opened.Plaintext) codec.open(id, stored)).body();
    }
}
