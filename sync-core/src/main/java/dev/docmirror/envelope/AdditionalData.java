package dev.docmirror.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.docmirror.change.DocumentId;

/**
 * What an envelope is bound to besides its plaintext. Each part has its length in front, so that no two lists of parts
 * are the same bytes; {@link Envelopes} documents them.
 */
final class AdditionalData {
    static final String LABEL = "docmirror.envelope";
    private static final int ABSENT = -1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    private AdditionalData() {}

    /** @throws CharacterCodingException if a text holds half a character, which has no UTF-8 */
    static byte[] of(String database, DocumentId id, String keyId, Optional<Kdf> kdf, Optional<String> type)
            throws CharacterCodingException {
        AdditionalData data = new AdditionalData();
        data.text(LABEL);
        data.text(Integer.toString(Parts.VERSION));
        data.text(Parts.ALGORITHM);
        data.text(keyId);
        data.text(kdf.map(how -> Kdf.NAME));
        data.text(kdf.map(how -> Integer.toString(how.iterations())));
        data.bytes(kdf.map(Kdf::salt));
        data.text(database);
        data.text(id.value());
        data.text(type);
        return data.out.toByteArray();
    }

    private void text(String text) throws CharacterCodingException {
        text(Optional.of(text));
    }

    private void text(Optional<String> text) throws CharacterCodingException {
        bytes(text.isPresent() ? Optional.of(utf8(text.get())) : Optional.empty());
    }

    private void bytes(Optional<byte[]> part) {
        int length = part.isPresent() ? part.get().length : ABSENT;
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        part.ifPresent(out::writeBytes);
    }

    static byte[] utf8(String text) throws CharacterCodingException {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
