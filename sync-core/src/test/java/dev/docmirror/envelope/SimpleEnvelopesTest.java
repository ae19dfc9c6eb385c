package dev.docmirror.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.EnvelopeException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SimpleEnvelopesTest {
    private final KeyRing keys = Fixture.ring("old", "new");
    private final SimpleEnvelopes simple = SimpleEnvelopes.of(keys, "old");
    private final EnvelopeCodec both = Envelopes.of(Fixture.DATABASE, keys).orElse(simple);

    /** As the older writers made them. */
    static String stored(KeyRing keys, String keyId, String plaintext) {
        byte[] iv = IvSource.random().next();
        try (AesKey key = keys.find(keyId).orElseThrow().copy(Optional.empty()).orElseThrow()) {
            AesGcm.Sealed sealed = AesGcm.seal(key, iv, new byte[0], plaintext.getBytes(StandardCharsets.UTF_8));
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(iv);
            message.writeBytes(sealed.data());
            message.writeBytes(sealed.tag());
            return "{\"_id\":\"p1\",\"_rev\":\"1-abc\",\"encrypted\":true,\"data\":\""
                    + Base64.getEncoder().encodeToString(message.toByteArray()) + "\"}";
        }
    }

    /** Made by a program in Python, with the library cryptography 48. */
    @Test
    void open_envelopeOfAnotherProgram_givesItsPlaintext() {
        KeyRing ring = KeyRing.of(EnvelopeKey.raw("k", Fixture.bytes(0)));
        ObjectNode stored =
                Fixture.json("{\"_id\":\"p1\",\"encrypted\":true,\"data\":\"oKGio6SlpqeoqaqrnToIVDWuIIVAFeanbh"
                        + "+uqlKAe37z2idOpix86bwAVy3wASKWyEondji+Pv44VLbJOmB64oxqZodLMRTcsjqeFoA=\"}");

        assertThat(Fixture.plaintext(SimpleEnvelopes.of(ring, "k"), Fixture.ID, stored))
                .hasToString("{\"_id\":\"p1\",\"type\":\"patient\",\"name\":\"Zoë\",\"weightKg\":61.50}");
    }

    @Test
    void open_behindEnvelopes_readsBothLayouts() {
        ObjectNode old = Fixture.json(stored(keys, "old", "{\"_id\":\"p1\",\"_rev\":\"1-old\",\"a\":1}"));
        ObjectNode sealed = both.seal(Fixture.ID, Fixture.json("{\"_id\":\"p1\",\"a\":2}"));

        assertThat(both.recognizes(old)).isTrue();
        assertThat(Fixture.plaintext(both, Fixture.ID, old)).hasToString("{\"_id\":\"p1\",\"_rev\":\"1-abc\",\"a\":1}");
        assertThat(Fixture.plaintext(both, Fixture.ID, sealed)).hasToString("{\"_id\":\"p1\",\"a\":2}");
        assertThat(sealed.at("/envelope/kid").stringValue()).isEqualTo("new");
    }

    @Test
    void open_contentSaysAnotherId_isRefused() {
        ObjectNode stored = Fixture.json(stored(keys, "old", "{\"_id\":\"p2\",\"a\":1}"));

        assertThatThrownBy(() -> simple.open(Fixture.ID, stored)).isInstanceOf(EnvelopeException.class);
    }

    @Test
    void open_keyGone_isAnAnswer() {
        ObjectNode stored = Fixture.json(stored(keys, "old", "{}"));
        keys.remove("old");

        assertThat(simple.open(Fixture.ID, stored)).isEqualTo(new Opened.KeyMissing("old"));
    }

    @Test
    void open_passphraseWithItsSalt_derivesTheKey() {
        EnvelopeKey pin = Fixture.passphrase("pin", "0000");
        byte[] derived = pin.derived(pin.kdf().orElseThrow());
        KeyRing raw = KeyRing.of(EnvelopeKey.raw("pin", derived));
        ObjectNode stored = Fixture.json(stored(raw, "pin", "{\"a\":1}"));

        assertThat(simple(pin).open(Fixture.ID, stored)).isInstanceOf(Opened.Plaintext.class);
    }

    private static SimpleEnvelopes simple(EnvelopeKey key) {
        return SimpleEnvelopes.of(KeyRing.of(key), key.id());
    }

    @Test
    void seal_isRefused() {
        assertThatThrownBy(() -> simple.seal(Fixture.ID, Fixture.json("{}")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("orElse");
    }

    @Test
    void recognizes_recordsOfDevices_doesNot() {
        for (String plain : new String[] {
            "{\"_id\":\"d\",\"type\":\"device\",\"encrypted\":true}",
            "{\"_id\":\"d\",\"encrypted\":true,\"serial\":\"A-4711\"}",
            "{\"_id\":\"d\",\"encrypted\":false,\"data\":\"x\"}",
            "{\"_id\":\"d\",\"type\":\"device\",\"encrypted\":true,\"disk\":{\"alg\":\"xts\",\"data\":1}}",
            "{\"_id\":\"d\",\"encrypted\":\"yes\",\"envelope\":\"padded\"}",
            "{\"_id\":\"d\",\"data\":\"" + "A".repeat(80) + "\",\"read\":true,\"type\":\"scan\"}"
        }) {
            assertThat(both.recognizes(Fixture.json(plain))).as(plain).isFalse();
        }
    }
}
