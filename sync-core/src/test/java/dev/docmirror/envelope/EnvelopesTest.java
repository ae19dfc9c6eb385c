package dev.docmirror.envelope;

import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EnvelopesTest {
    private final KeyRing keys = Fixture.ring("old", "new");
    private final Envelopes codec = Envelopes.of(Fixture.DATABASE, keys);

    @Test
    void seal_outerFields_stayOutside() {
        ObjectNode body =
                Fixture.json("{\"_id\":\"p1\",\"_rev\":\"3-c\",\"_attachments\":{\"x\":{\"stub\":true}},\"a\":1}");

        ObjectNode stored = codec.seal(Fixture.ID, body);

        assertThat(stored.propertyNames()).containsExactly("_id", "_rev", "_attachments", "encrypted", "envelope");
        assertThat(Fixture.plaintext(codec, Fixture.ID, stored)).hasToString(body.toString());
        assertThat(codec.open(Fixture.ID, stored)).extracting("keyId").isEqualTo("new");
    }

    @Test
    void seal_twice_givesDifferentEnvelopes() {
        ObjectNode body = Fixture.json("{\"a\":1}");

        assertThat(codec.seal(Fixture.ID, body)).isNotEqualTo(codec.seal(Fixture.ID, body));
    }

    @Test
    void seal_typeHint_onlyWhereAskedForAndATextIsThere() {
        assertThat(codec.seal(Fixture.ID, Fixture.json("{\"type\":\"note\"}")).has("type"))
                .isFalse();
        assertThat(codec.withTypeHint()
                        .seal(Fixture.ID, Fixture.json("{\"type\":\"note\"}"))
                        .get("type")
                        .stringValue())
                .isEqualTo("note");
        assertThat(codec.withTypeHint()
                        .seal(Fixture.ID, Fixture.json("{\"type\":\"\"}"))
                        .get("type")
                        .stringValue())
                .isEmpty();
        assertThat(codec.withTypeHint()
                        .seal(Fixture.ID, Fixture.json("{\"type\":7}"))
                        .has("type"))
                .isFalse();
    }

    @Test
    void open_hintAddedOrRemoved_isRefused() {
        ObjectNode bare = codec.seal(Fixture.ID, Fixture.json("{\"type\":\"\"}"));
        ObjectNode hinted = codec.withTypeHint().seal(Fixture.ID, Fixture.json("{\"type\":\"\"}"));
        bare.put("type", "");
        hinted.remove("type");

        assertRefused(bare);
        assertRefused(hinted);
    }

    @Test
    void open_hintThatTheContentLacks_isTheType() {
        assertThat(Fixture.plaintext(codec, Fixture.ID, sealedElsewhere("{\"a\":1}", "note")))
                .hasToString("{\"a\":1,\"type\":\"note\"}");
    }

    @Test
    void open_contentAgainstTheRules_isRefused() {
        assertRefused(sealedElsewhere("{\"type\":\"patient\"}", "note"));
        assertRefused(sealedElsewhere("{\"_id\":\"p1\"}", "note"));
        assertRefused(sealedElsewhere("{\"a\":1,\"a\":2}", "note"));
        assertRefused(sealedElsewhere("{\"a\":{\"b\":1,\"b\":1}}", "note"));
        assertRefused(sealedElsewhere("[]", "note"));
        assertRefused(sealedElsewhere("{} {}", "note"));
        assertRefused(sealedElsewhere("", "note"));
        assertRefused(sealedElsewhere("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", "note"));
    }

    /** By a program that follows other rules, with the right key. */
    private ObjectNode sealedElsewhere(String content, String hint) {
        try (AesKey key = keys.find("old").orElseThrow().copy(Optional.empty()).orElseThrow()) {
            byte[] iv = IvSource.random().next();
            Optional<String> type = Optional.of(hint);
            byte[] additional = AdditionalData.of(Fixture.DATABASE, Fixture.ID, "old", Optional.empty(), type);
            AesGcm.Sealed sealed = AesGcm.seal(key, iv, additional, AdditionalData.utf8(content));
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            new Parts("old", Optional.empty(), type, iv, sealed).write(body);
            return body;
        } catch (CharacterCodingException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(ObjectNode stored) {
        assertThat(codec.recognizes(stored)).isTrue();
        assertThatThrownBy(() -> codec.open(Fixture.ID, stored))
                .isInstanceOf(EnvelopeException.class)
                .hasMessage(new EnvelopeException(Fixture.ID).getMessage());
    }

    @Test
    void open_keyNotThere_isAnAnswer() {
        ObjectNode stored = codec.seal(Fixture.ID, Fixture.json("{\"a\":1}"));
        keys.remove("new");

        assertThat(codec.open(Fixture.ID, stored)).isEqualTo(new Opened.KeyMissing("new"));

        keys.addToRead(EnvelopeKey.raw("new", Fixture.bytes(1)));
        assertRefused(stored);
    }

    @Test
    void seal_noKeyOrAClosedOne_isAMissingKey() {
        EnvelopeKey closed = EnvelopeKey.raw("k", Fixture.bytes(1));
        closed.close();

        for (KeyRing ring : List.of(KeyRing.of(), KeyRing.of(closed))) {
            assertThatThrownBy(() -> Envelopes.of("d", ring).seal(Fixture.ID, Fixture.json("{\"a\":1}")))
                    .isInstanceOfSatisfying(
                            MissingKeyException.class,
                            e -> assertThat(e.keyId()).isEqualTo("newest"));
        }
    }

    @Test
    void seal_tombstone_isSealedWhenItHasContent() {
        ObjectNode bare = Fixture.json("{\"_id\":\"p1\",\"_rev\":\"2-b\",\"_deleted\":true}");
        ObjectNode telling = Fixture.json("{\"_id\":\"p1\",\"_deleted\":true,\"why\":\"CANARY\"}");

        assertThat(codec.seal(Fixture.ID, bare)).isEqualTo(bare).isNotSameAs(bare);
        assertThat(codec.seal(Fixture.ID, telling).toString()).doesNotContain("CANARY");
        assertThat(Fixture.plaintext(codec, Fixture.ID, codec.seal(Fixture.ID, telling)))
                .isEqualTo(telling);
    }

    @Test
    void seal_whatCouldNotBeOpened_isRefused() {
        ObjectNode deep = Fixture.json("{}");
        ObjectNode inner = deep;
        for (int depth = 0; depth < 100; depth++) {
            inner = inner.putObject("d");
        }
        List<ObjectNode> refused = List.of(
                deep,
                Fixture.json("{}").put("n", Double.NaN),
                Fixture.json("{}").put("n", Float.POSITIVE_INFINITY),
                Fixture.json("{}").put("n", new BigDecimal("1" + "0".repeat(1_000))),
                Fixture.json("{\"_secret\":1}"),
                Fixture.json("{}").putPOJO("o", new Object()));
        for (ObjectNode body : refused) {
            assertThatThrownBy(() -> codec.seal(Fixture.ID, body)).isExactlyInstanceOf(MappingException.class);
        }
        assertThatThrownBy(() -> codec.seal(DocumentId.of("a\ud800"), Fixture.json("{\"a\":1}")))
                .isExactlyInstanceOf(MappingException.class);
        assertThatThrownBy(() -> codec.seal(Fixture.ID, Fixture.json("{\"_id\":\"p2\"}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.seal(Fixture.ID, codec.seal(Fixture.ID, Fixture.json("{\"a\":1}"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seal_deepestAndLongest_opensAgain() {
        String deep = "{\"d\":".repeat(99) + "{}" + "}".repeat(99);
        String number = "{\"n\":" + "9".repeat(1_000) + ",\"e\":1.50E+400,\"lone\":\"\\uD800\",\"nul\":\"\\u0000\"}";
        for (String text : List.of(deep, number, "{}")) {
            ObjectNode body = Fixture.json(text);
            assertThat(Fixture.plaintext(codec, Fixture.ID, codec.seal(Fixture.ID, body)))
                    .hasToString(body.toString());
        }
    }

    @Test
    void messages_showNeitherKeyNorContent() {
        EnvelopeKey pin = Fixture.passphrase("pin", "CANARY-PIN");
        Envelopes sealing = Envelopes.of("d", KeyRing.of(pin));
        ObjectNode stored = sealing.seal(Fixture.ID, Fixture.json("{\"name\":\"CANARY\"}"));
        Opened opened = sealing.open(Fixture.ID, stored);

        assertThat(List.of(
                        stored,
                        opened,
                        sealing,
                        pin,
                        keys,
                        new EnvelopeException(Fixture.ID),
                        new MissingKeyException(Fixture.ID, "k")))
                .noneMatch(shown -> shown.toString().contains("CANARY"));
        assertThat(pin).hasToString("EnvelopeKey[pin]");
        assertThat(keys).hasToString("KeyRing[old, new]");
    }

    @Test
    void codec_eightThreads_eachOpensWhatItSealed() throws Exception {
        Envelopes deriving = Envelopes.of("d", KeyRing.of(Fixture.passphrase("pin", "1")));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String name = "thread-" + thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        DocumentId id = DocumentId.of(name + i);
                        ObjectNode body = Fixture.json("{\"name\":\"" + name + "\",\"i\":" + i + "}");
                        assertThat(Fixture.plaintext(deriving, id, deriving.seal(id, body)))
                                .isEqualTo(body);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ivs_aMillionMessages_areUnique() {
        IvSource ivs = IvSource.random();
        Envelopes counted = Envelopes.with("d", keys, ivs);
        assertThat(iv(counted.seal(Fixture.ID, Fixture.json("{\"a\":1}")))).hasSize(AesGcm.IV_BYTES);

        int messages = 1_000_000;
        byte[][] seen = new byte[messages][];
        for (int i = 0; i < messages; i++) {
            seen[i] = ivs.next();
        }
        Arrays.sort(seen, Arrays::compare);
        for (int i = 1; i < messages; i++) {
            if (Arrays.equals(seen[i - 1], seen[i])) {
                throw new AssertionError("two messages have one IV");
            }
        }
    }

    private static byte[] iv(ObjectNode stored) {
        return Parts.read(Fixture.ID, stored).iv();
    }
}
