package dev.docmirror.edge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MappingException;
import dev.docmirror.internal.Text;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hashes ids with a secret of the store, which itself lies in an envelope: whoever has the disk and a list of patients
 * can't tell whether one of them is in it. Thread-safe.
 */
final class Secret {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 32;

    private final byte[] key;

    private Secret(byte[] key) {
        this.key = key;
    }

    static Secret random() {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        return new Secret(key);
    }

    static Secret of(ObjectNode state) {
        return new Secret(Base64.getDecoder().decode(state.required("secret").stringValue()));
    }

    ObjectNode state() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("secret", Base64.getEncoder().encodeToString(key));
    }

    /** @throws MappingException if the id has an unpaired surrogate, which has no bytes of its own */
    Hash document(DocumentId id) {
        if (!Text.isUnicode(id.value())) {
            throw new MappingException(id, "the id is no Unicode text");
        }
        return hash('d', id.value());
    }

    Hash session(Optional<String> id) {
        if (id.isPresent() && !Text.isUnicode(id.get())) {
            throw new IllegalArgumentException("session: must be Unicode text");
        }
        return id.map(session -> hash('s', session)).orElse(Hash.NONE);
    }

    private Hash hash(char kind, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return Hash.read(ByteBuffer.wrap(mac.doFinal((kind + text).getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
