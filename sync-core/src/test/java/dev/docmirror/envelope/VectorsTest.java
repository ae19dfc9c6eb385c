package dev.docmirror.envelope;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Answers that others published, through the code the codec uses. */
class VectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private record Vector(
            String source, String key, String iv, String additional, String plain, String data, String tag) {}

    private static final String ZERO_IV = "00".repeat(12);
    private static final String ZERO_KEY = "00".repeat(32);
    private static final String KEY = "feffe9928665731c6d6a8f9467308308".repeat(2);
    private static final String IV = "cafebabefacedbaddecaf888";
    private static final String TEXT = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    private static final String DATA = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";

    /**
     * "GCM spec": McGrew, Viega, The Galois/Counter Mode of Operation, appendix B, the cases of AES-256 (17 and 18 have
     * IVs of other lengths, which an envelope never has). "CAVP": NIST, gcmEncryptExtIV256.rsp, tags of 128 bits.
     */
    private static final List<Vector> GCM = List.of(
            new Vector("GCM spec 13", ZERO_KEY, ZERO_IV, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            new Vector(
                    "GCM spec 14",
                    ZERO_KEY,
                    ZERO_IV,
                    "",
                    "00".repeat(16),
                    "cea7403d4d606b6e074ec5d3baf39d18",
                    "d0d1c8a799996bf0265b98b5d48ab919"),
            new Vector(
                    "GCM spec 15",
                    KEY,
                    IV,
                    "",
                    TEXT + "1aafd255",
                    DATA + "898015ad",
                    "b094dac5d93471bdec1a502270e3cc6c"),
            new Vector(
                    "GCM spec 16",
                    KEY,
                    IV,
                    "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                    TEXT,
                    DATA,
                    "76fc6ece0f4e1768cddf8853bb2d551b"),
            new Vector(
                    "CAVP PTlen 0, AADlen 0, count 0",
                    "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
                    "516c33929df5a3284ff463d7",
                    "",
                    "",
                    "",
                    "bdc1ac884d332457a1d2664f168c76f0"),
            new Vector(
                    "CAVP PTlen 0, AADlen 128, count 0",
                    "78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223",
                    "d79cf22d504cc793c3fb6c8a",
                    "b96baa8c1c75a671bfb2d08d06be5f36",
                    "",
                    "",
                    "3e5d486aa2e30b22e040b85723a06e76"),
            new Vector(
                    "CAVP PTlen 128, AADlen 0, count 0",
                    "31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
                    "0d18e06c7c725ac9e362e1ce",
                    "",
                    "2db5168e932556f8089a0622981d017d",
                    "fa4362189661d163fcd6a56d8bf0405a",
                    "d636ac1bbedd5cc3ee727dc2ab4a9489"),
            new Vector(
                    "CAVP PTlen 128, AADlen 128, count 0",
                    "92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b",
                    "ac93a1a6145299bde902f21a",
                    "1e0889016f67601c8ebea4943bc23ad6",
                    "2d71bcfa914e4ac045b2aa60955fad24",
                    "8995ae2e6df3dbf96fac7b7137bae67f",
                    "eca5aa77d51d4a0a14d9c51e1da474ab"));

    @Test
    void seal_publishedVectors_givesTheirCiphertextAndTag() {
        for (Vector vector : GCM) {
            AesGcm.Sealed sealed = AesGcm.seal(
                    new AesKey(hex(vector.key())), hex(vector.iv()), hex(vector.additional()), hex(vector.plain()));

            assertThat(HEX.formatHex(sealed.data())).as(vector.source()).isEqualTo(vector.data());
            assertThat(HEX.formatHex(sealed.tag())).as(vector.source()).isEqualTo(vector.tag());
        }
    }

    @Test
    void open_publishedVectors_givesTheirPlaintextAndNothingWithAnotherTag() {
        for (Vector vector : GCM) {
            AesKey key = new AesKey(hex(vector.key()));
            byte[] tag = hex(vector.tag());

            assertThat(AesGcm.open(
                            key,
                            hex(vector.iv()),
                            hex(vector.additional()),
                            new AesGcm.Sealed(hex(vector.data()), tag)))
                    .as(vector.source())
                    .hasValueSatisfying(
                            plain -> assertThat(HEX.formatHex(plain)).isEqualTo(vector.plain()));

            tag[15] ^= 1;
            assertThat(AesGcm.open(
                            key,
                            hex(vector.iv()),
                            hex(vector.additional()),
                            new AesGcm.Sealed(hex(vector.data()), tag)))
                    .as(vector.source())
                    .isEmpty();
        }
    }

    @Test
    void derive_vectorsOfRfc7914Section11_givesTheirKeys() {
        assertThat(derived("passwd", "salt", 1))
                .isEqualTo("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                        + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
        assertThat(derived("Password", "NaCl", 80_000))
                .isEqualTo("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                        + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
    }

    private static String derived(String passphrase, String salt, int iterations) {
        byte[] salted = salt.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return HEX.formatHex(Pbkdf2.derive(passphrase.toCharArray(), salted, iterations, 64));
    }

    private static byte[] hex(String text) {
        return HEX.parseHex(text);
    }

    /** What a program in Python made of the description of the format, with the library cryptography 48. */
    private static final String RAW = """
            {"_id":"p1","encrypted":true,"type":"patient","envelope":{"v":1,"alg":"A256GCM","kid":"2026-07",\
            "iv":"oKGio6Slpqeoqaqr",\
            "data":"nToIVDWuIIVAFeanbh+uqlKAe37z2idOpix86bwAVy3wASKWyEondji+Pv44VLbJOg==",\
            "tag":"kahGRXl0R1qo07EM/J4khA=="}}""";

    private static final String DERIVED = """
            {"_id":"p1","encrypted":true,"envelope":{"v":1,"alg":"A256GCM","kid":"tablet-3",\
            "kdf":{"name":"PBKDF2-HMAC-SHA256","iterations":600000,"salt":"AAECAwQFBgcICQoLDA0ODw=="},\
            "iv":"oKGio6Slpqeoqaqr",\
            "data":"y5FtMDyQ2gx85+O2q2T82ieKz4wT0kKshqzqHV4qYM9SlBc27DHPi4HkbDPB0S7fhQ==",\
            "tag":"K5o8dr9dxhT3uBgF7c668w=="}}""";

    private static final String PLAIN = "{\"_id\":\"p1\",\"type\":\"patient\",\"name\":\"Zoë\",\"weightKg\":61.50}";

    @Test
    void seal_sameInputsAsAnotherProgram_givesTheSameEnvelopes() {
        byte[] iv = Base64.getDecoder().decode("oKGio6Slpqeoqaqr");
        try (KeyRing raw = KeyRing.of(EnvelopeKey.raw("2026-07", Fixture.bytes(0)));
                KeyRing pin = KeyRing.of(Fixture.passphrase("tablet-3", "pin-1234-é"))) {
            ObjectNode plain = Fixture.json(PLAIN);
            Envelopes hinting = Envelopes.with(Fixture.DATABASE, raw, () -> iv).withTypeHint();
            Envelopes deriving = Envelopes.with(Fixture.DATABASE, pin, () -> iv);

            assertThat(hinting.seal(Fixture.ID, plain)).hasToString(RAW);
            assertThat(deriving.seal(Fixture.ID, plain)).hasToString(DERIVED);
            assertThat(Fixture.plaintext(hinting, Fixture.ID, Fixture.json(RAW)))
                    .hasToString(PLAIN);
            assertThat(Fixture.plaintext(deriving, Fixture.ID, Fixture.json(DERIVED)))
                    .hasToString(PLAIN);
        }
    }
}
