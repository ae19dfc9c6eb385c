package dev.docmirror.envelope;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MappingException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** Whoever can write to the database changes envelopes: none of them opens, and none passes as a plain document. */
class TamperingTest {
    private static final KeyRing RAW = Fixture.ring("k1", "k2");
    private static final KeyRing PIN = KeyRing.of(Fixture.passphrase("k1", "4711"), Fixture.passphrase("k2", "4712"));
    private static final String REFUSAL = String.valueOf(new EnvelopeException(Fixture.ID).getMessage());
    private static final String PATIENT =
            "{\"_id\":\"p1\",\"_rev\":\"1-abc\",\"type\":\"patient\",\"name\":\"CANARY\"}";

    @AfterAll
    static void wipe() {
        RAW.close();
        PIN.close();
    }

    /** What becomes of a stored text. */
    private static String fate(EnvelopeCodec codec, byte[] stored) {
        ObjectNode body;
        try {
            body = Fixture.json(Fixture.ID, stored);
        } catch (MappingException e) {
            return String.valueOf(e.getMessage()).contains("CANARY") ? "told" : "no JSON";
        }
        if (!codec.recognizes(body)) {
            return "a plain document";
        }
        try {
            return codec.open(Fixture.ID, body) instanceof Opened.KeyMissing ? "key missing" : "open";
        } catch (EnvelopeException e) {
            boolean same = REFUSAL.equals(e.getMessage()) && e.getCause() == null;
            return same ? "refused" : "told";
        }
    }

    private static void flip(EnvelopeCodec codec, String stored, List<Integer> masks) {
        byte[] intact = stored.getBytes(StandardCharsets.UTF_8);
        int kid = stored.indexOf("\"kid\":\"") + "\"kid\":\"".length();
        int rev = stored.indexOf("1-abc");
        for (int at = 0; at < intact.length; at++) {
            boolean inRevision = rev >= 0 && at >= rev && at < rev + "1-abc".length();
            boolean inKeyId = kid > 0 && at >= kid && at < stored.indexOf('"', kid);
            for (int mask : masks) {
                byte[] flipped = intact.clone();
                flipped[at] ^= (byte) mask;
                String fate = fate(codec, flipped);
                boolean allowed = switch (fate) {
                    case "no JSON", "refused" -> true;
                    case "key missing" -> inKeyId; // one that is not there, as far as anybody can tell
                    default -> inRevision; // CouchDB's, and not protected
                };
                if (!allowed) {
                    fail("byte %d ^ %02x: %s: %s", at, mask, fate, new String(flipped, StandardCharsets.ISO_8859_1));
                }
            }
        }
        assertThat(fate(codec, intact)).isEqualTo("open");
    }

    private static List<Integer> allMasks() {
        List<Integer> masks = new ArrayList<>();
        for (int mask = 1; mask < 256; mask++) {
            masks.add(mask);
        }
        return masks;
    }

    @Test
    void open_anyByteOfTheTextChanged_neverGivesAPlaintext() {
        Envelopes codec = Envelopes.of(Fixture.DATABASE, RAW);

        flip(codec, codec.seal(Fixture.ID, Fixture.json(PATIENT)).toString(), allMasks());
        flip(codec, codec.withTypeHint().seal(Fixture.ID, Fixture.json(PATIENT)).toString(), allMasks());
    }

    @Test
    void open_anyByteOfADerivedEnvelopeChanged_neverGivesAPlaintext() {
        Envelopes codec = Envelopes.of(Fixture.DATABASE, PIN).withTypeHint();

        flip(
                codec,
                codec.seal(Fixture.ID, Fixture.json(PATIENT)).toString(),
                List.of(1)); // each salt that is one costs a derivation
    }

    @Test
    void open_anyByteOfASimpleEnvelopeChanged_neverGivesAPlaintext() {
        SimpleEnvelopes codec = SimpleEnvelopes.of(RAW, "k2");
        String stored = SimpleEnvelopesTest.stored(RAW, "k2", "{\"type\":\"patient\",\"name\":\"CANARY\"}");

        flip(codec, stored, allMasks());
        flip(Envelopes.of(Fixture.DATABASE, RAW).orElse(codec), stored, allMasks());
    }

    @Test
    void open_truncatedText_neverGivesAPlaintext() {
        Envelopes codec = Envelopes.of(Fixture.DATABASE, RAW);
        byte[] stored = codec.seal(Fixture.ID, Fixture.json(PATIENT)).toString().getBytes(StandardCharsets.UTF_8);

        for (int length = 0; length < stored.length; length++) {
            assertThat(fate(codec, Arrays.copyOf(stored, length))).isEqualTo("no JSON");
        }
    }

    @Test
    void open_truncatedField_isRefused() {
        for (Envelopes codec : List.of(Envelopes.of(Fixture.DATABASE, RAW), Envelopes.of(Fixture.DATABASE, PIN))) {
            for (List<String> path : paths(codec.seal(Fixture.ID, Fixture.json(PATIENT)))) {
                ObjectNode stored = codec.seal(Fixture.ID, Fixture.json(PATIENT));
                JsonNode value = stored.at("/" + String.join("/", path));
                if (value.isString() && !path.contains("_rev") && !path.contains("kid")) {
                    for (int length = 0; length < value.stringValue().length(); length++) {
                        put(
                                stored,
                                path,
                                Fixture.json("{}").textNode(value.stringValue().substring(0, length)));
                        assertThat(fate(codec, utf8(stored)))
                                .as("%s cut to %d", path, length)
                                .isEqualTo("refused");
                    }
                }
            }
        }
    }

    @Test
    void open_memberRemovedOrOfAnotherType_isRefused() {
        Envelopes codec = Envelopes.of(Fixture.DATABASE, PIN).withTypeHint();
        for (List<String> path : paths(codec.seal(Fixture.ID, Fixture.json(PATIENT)))) {
            for (String value : List.of("", "null", "true", "\"x\"", "1", "1.0", "[]", "{}")) {
                ObjectNode stored = codec.seal(Fixture.ID, Fixture.json(PATIENT));
                JsonNode there = stored.at("/" + String.join("/", path));
                ObjectNode parent = parent(stored, path);
                if (value.isEmpty()) {
                    parent.remove(path.get(path.size() - 1));
                } else {
                    put(stored, path, Fixture.json("{\"x\":" + value + "}").get("x"));
                }
                // Whoever can write to the database can put a plain document there: nothing is left of the envelope.
                boolean gone = path.equals(List.of("envelope")) && value.isEmpty();
                boolean outer = path.get(0).equals("_rev") || (path.get(0).equals("_id") && value.isEmpty());
                boolean same = there.toString().equals(value);
                if (!gone && !outer && !same && !(path.contains("kid") && value.equals("\"x\""))) {
                    assertThat(fate(codec, utf8(stored)))
                            .as("%s = %s", path, value)
                            .isEqualTo("refused");
                }
            }
        }
    }

    @Test
    void open_anyFieldOfAnotherDocument_isRefused() {
        DocumentId other = DocumentId.of("p2");
        for (KeyRing keys : List.of(RAW, PIN)) {
            Envelopes codec = Envelopes.of(Fixture.DATABASE, keys).withTypeHint();
            ObjectNode theirs = Envelopes.of(Fixture.DATABASE, KeyOf.of(keys, "k1"))
                    .withTypeHint()
                    .seal(
                            other,
                            Fixture.json(
                                    other,
                                    "{\"_id\":\"p2\",\"_rev\":\"2-b\",\"type\":\"note\"}"
                                            .getBytes(StandardCharsets.UTF_8)));
            for (List<String> path : paths(codec.seal(Fixture.ID, Fixture.json(PATIENT)))) {
                ObjectNode ours = codec.seal(Fixture.ID, Fixture.json(PATIENT));
                JsonNode swapped = theirs.at("/" + String.join("/", path));
                boolean same = ours.at("/" + String.join("/", path)).equals(swapped);
                put(ours, path, swapped.deepCopy());
                if (!same && !path.get(0).equals("_rev")) {
                    assertThat(fate(codec, utf8(ours))).as("%s", path).isEqualTo("refused");
                }
            }
            put(theirs, List.of("_id"), Fixture.json(PATIENT).get("_id"));
            assertThat(fate(codec, utf8(theirs))).as("all but the id").isEqualTo("refused");
        }
    }

    @Test
    void open_otherDatabase_isRefused() {
        ObjectNode stored = Envelopes.of("other", RAW).seal(Fixture.ID, Fixture.json(PATIENT));

        assertThat(fate(Envelopes.of(Fixture.DATABASE, RAW), utf8(stored))).isEqualTo("refused");
    }

    @Test
    void open_otherKeyOfTheSameId_isRefused() {
        ObjectNode stored = Envelopes.of(Fixture.DATABASE, RAW).seal(Fixture.ID, Fixture.json(PATIENT));
        KeyRing others = KeyRing.of(EnvelopeKey.raw("k2", Fixture.bytes(99)));

        assertThat(fate(Envelopes.of(Fixture.DATABASE, others), utf8(stored))).isEqualTo("refused");
        assertThat(fate(Envelopes.of(Fixture.DATABASE, PIN), utf8(stored)))
                .as("no raw key")
                .isEqualTo("refused");
    }

    @Test
    void open_unknownMember_isRefused() {
        Envelopes codec = Envelopes.of(Fixture.DATABASE, PIN);
        for (String pointer : List.of("", "/envelope", "/envelope/kdf")) {
            ObjectNode stored = codec.seal(Fixture.ID, Fixture.json(PATIENT));
            ((ObjectNode) stored.at(pointer)).put("more", 1);

            assertThat(fate(codec, utf8(stored))).as(pointer).isEqualTo("refused");
        }
    }

    /** One key of a ring, as the newest. */
    private record KeyOf(KeyRing ring, String id) implements KeyProvider {
        static KeyOf of(KeyRing ring, String id) {
            return new KeyOf(ring, id);
        }

        @Override
        public Optional<EnvelopeKey> find(String keyId) {
            return ring.find(keyId);
        }

        @Override
        public Optional<EnvelopeKey> newest() {
            return ring.find(id);
        }
    }

    /** The paths of all members. */
    private static List<List<String>> paths(JsonNode object) {
        List<List<String>> paths = new ArrayList<>();
        object.properties().forEach(member -> {
            paths.add(List.of(member.getKey()));
            for (List<String> below : paths(member.getValue())) {
                List<String> path = new ArrayList<>(List.of(member.getKey()));
                path.addAll(below);
                paths.add(path);
            }
        });
        return paths;
    }

    private static ObjectNode parent(ObjectNode root, List<String> path) {
        ObjectNode parent = root;
        for (String name : path.subList(0, path.size() - 1)) {
            parent = (ObjectNode) parent.get(name);
        }
        return parent;
    }

    private static void put(ObjectNode root, List<String> path, JsonNode value) {
        parent(root, path).set(path.get(path.size() - 1), value);
    }

    private static byte[] utf8(ObjectNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }
}
