package dev.docmirror.policies;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static dev.docmirror.policies.Leaves.live;
import static dev.docmirror.policies.Leaves.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SignatureVerifierTest {
    /** What stands before the 32 bytes of a key in its usual encodings, RFC 8410. */
    private static final String PUBLIC = "302a300506032b6570032100";

    private static final String PRIVATE = "302e020100300506032b657004220420";

    /** RFC 8032, 7.1, tests 1 and 2. */
    private static final String SECRET_1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    private static final String PUBLIC_1 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static final String PUBLIC_2 = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

    private final SignatureVerifier sha256 = SignatureVerifier.sha256("/sig");
    private final String fields = "\"text\":\"hé\",\"n\":1.10,\"list\":[1e2,null]";

    @Test
    void sha256_hashOfTheCanonicalBody_isValidInEachEncoding() throws GeneralSecurityException {
        byte[] hash = hash(note("1-a", fields));
        String hex = HexFormat.of().formatHex(hash);
        for (String signature : List.of(
                hex,
                hex.toUpperCase(Locale.ROOT),
                Base64.getEncoder().encodeToString(hash),
                Base64.getEncoder().withoutPadding().encodeToString(hash))) {
            assertThat(isValid(sha256, signed("2-b", signature))).as(signature).isTrue();
        }
    }

    /** The hash by another program: sha256sum of {"_id":"note","n":1.1,"text":"a"}. */
    @Test
    void sha256_hashOfAnotherProgram_isValid() {
        String hex = "5223186ed32c21a5e718f714fa2a2833137dd262e47165ff0576bb6ecfdcda72";
        assertThat(isValid(sha256, note("7-c", "\"text\":\"a\",\"n\":1.10,\"sig\":\"" + hex + "\"")))
                .isTrue();
    }

    @Test
    void sha256_numbersAsCouchDbRewritesThem_areStillValid() throws GeneralSecurityException {
        String hex = HexFormat.of().formatHex(hash(note("1-a", fields)));
        assertThat(isValid(
                        sha256,
                        note("2-b", "\"list\":[100.0,null],\"n\":1.1,\"text\":\"h\\u00e9\",\"sig\":\"" + hex + "\"")))
                .isTrue();
    }

    @Test
    void sha256_anyChange_isNotValid() throws GeneralSecurityException {
        String sig = ",\"sig\":\"" + HexFormat.of().formatHex(hash(note("1-a", fields))) + "\"";
        for (String changed : List.of(
                fields.replace("1.10", "1.11"),
                fields.replace("null", "0"),
                fields.replace("hé", "he"),
                fields + ",\"more\":null")) {
            assertThat(isValid(sha256, note("2-b", changed + sig))).as(changed).isFalse();
        }
        Document moved = live("2-b", "{\"_id\":\"other\"," + fields + sig + "}");
        assertThat(isValid(sha256, moved)).as("the body of another document").isFalse();
        assertThat(isValid(sha256, live("2-b", "{" + fields + sig + "}")))
                .as("no id")
                .isFalse();
    }

    @Test
    void sha256_noHash_isNotValid() {
        for (String sig :
                List.of("\"x\"", "1", "true", "{}", "[]", "\"" + "z".repeat(64) + "\"", "\"é\"", "\"====\"")) {
            assertThat(isValid(sha256, note("2-b", fields + ",\"sig\":" + sig)))
                    .as(sig)
                    .isFalse();
        }
    }

    @Test
    void sha256_numbersBeyondADouble_areNeverValid() throws GeneralSecurityException {
        // What a careless signer would hash: the rounded number.
        byte[] rounded = hash(note("1-a", "\"n\":1.2345678901234568e29"));
        String sig = ",\"sig\":\"" + HexFormat.of().formatHex(rounded) + "\"";
        assertThat(isValid(sha256, note("2-b", "\"n\":1.2345678901234568e29" + sig)))
                .isTrue();
        for (String number : List.of("123456789012345678901234567890", "123456789012345678901234567891", "1e400")) {
            assertThat(isValid(sha256, note("2-b", "\"n\":" + number + sig)))
                    .as(number)
                    .isFalse();
        }
    }

    @Test
    void ed25519_vectorsOfTheRfc_areValid() throws GeneralSecurityException {
        byte[] first = HexFormat.of()
                .parseHex(
                        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                                + "d25bf5f0595bbe24655141438e7a100b");
        byte[] second = HexFormat.of()
                .parseHex(
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                                + "387b2eaeb4302aeeb00d291612bb0c00");
        assertThat(Ed25519Verifier.isValid(publicKey(PUBLIC_1), new byte[0], first))
                .isTrue();
        assertThat(Ed25519Verifier.isValid(publicKey(PUBLIC_2), new byte[] {0x72}, second))
                .isTrue();
        assertThat(Ed25519Verifier.isValid(publicKey(PUBLIC_2), new byte[] {0x73}, second))
                .isFalse();
        assertThat(Ed25519Verifier.isValid(publicKey(PUBLIC_1), new byte[] {0x72}, second))
                .isFalse();
    }

    @Test
    void ed25519_signatureByTheKey_isValid() throws GeneralSecurityException {
        SignatureVerifier verifier = SignatureVerifier.ed25519(publicKey(PUBLIC_1), "/sig");
        String sig = sign(note("1-a", fields));
        assertThat(isValid(verifier, signed("2-b", sig))).isTrue();
        assertThat(isValid(verifier, note("2-b", fields.replace("1.10", "1.2") + ",\"sig\":\"" + sig + "\"")))
                .isFalse();
        assertThat(isValid(SignatureVerifier.ed25519(publicKey(PUBLIC_2), "/sig"), signed("2-b", sig)))
                .isFalse();
        for (String none : List.of("x", "!", "AAAA", sig.substring(4), sig.replace('/', '_') + "=")) {
            assertThat(isValid(verifier, signed("2-b", none))).as(none).isFalse();
        }
    }

    @Test
    void ed25519_keyById_isLookedUp() throws GeneralSecurityException {
        Map<String, PublicKey> keys = Map.of("k1", publicKey(PUBLIC_1), "k2", publicKey(PUBLIC_2));
        SignatureVerifier verifier = SignatureVerifier.ed25519("/key", id -> Optional.ofNullable(keys.get(id)), "/sig");
        for (Map.Entry<String, Boolean> each : Map.of("\"k1\"", true, "\"k2\"", false, "\"k3\"", false, "1", false)
                .entrySet()) {
            String body = fields + ",\"key\":" + each.getKey();
            Document document = note("2-b", body + ",\"sig\":\"" + sign(note("1-a", body)) + "\"");
            assertThat(isValid(verifier, document)).as(each.getKey()).isEqualTo(each.getValue());
        }
        assertThat(isValid(verifier, signed("2-b", sign(note("1-a", fields))))).isFalse();
    }

    @Test
    void ed25519_keyOfAnotherKind_isNeverValid() throws GeneralSecurityException {
        PublicKey other = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        String sig = sign(note("1-a", fields));
        assertThat(isValid(SignatureVerifier.ed25519(other, "/sig"), signed("2-b", sig)))
                .isFalse();
    }

    @Test
    void immutableOnceSigned_withAVerifier_protectsTheValidlySignedOnly() throws GeneralSecurityException {
        ConflictPolicy policy = ConflictPolicies.immutableOnceSigned("/sig", sha256);
        String hex = HexFormat.of().formatHex(hash(note("1-a", fields)));
        Document valid = signed("2-a", hex);
        Document forged = note("9-f", fields + ",\"more\":1,\"sig\":\"" + hex + "\"");
        assertThat(policy.protection(valid)).isEqualTo(Protection.SIGNED);
        assertThat(policy.protection(forged)).isEqualTo(Protection.NONE);
        assertThat(Leaves.winner(policy, forged, valid)).isSameAs(valid);
    }

    @Test
    void factories_badFields_areRefusedByName() throws GeneralSecurityException {
        PublicKey key = publicKey(PUBLIC_1);
        assertThatThrownBy(() -> SignatureVerifier.sha256())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("signatureFields: must be at least the signature's own, was []");
        assertThatThrownBy(() -> SignatureVerifier.ed25519(key, "/sig", "key"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signatureFields[1]: must be a JSON Pointer");
        assertThatThrownBy(() -> SignatureVerifier.ed25519("key", id -> Optional.empty(), "/sig"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("keyIdField: must be a JSON Pointer");
    }

    @Test
    void equals_sameConfiguration_isOneVerifier() throws GeneralSecurityException {
        assertThat(sha256).isEqualTo(SignatureVerifier.sha256("/sig")).hasToString("sha256(/sig)");
        assertThat(SignatureVerifier.ed25519(publicKey(PUBLIC_1), "/sig"))
                .isEqualTo(SignatureVerifier.ed25519(publicKey(PUBLIC_1), "/sig"))
                .isNotEqualTo(SignatureVerifier.ed25519(publicKey(PUBLIC_2), "/sig"))
                .hasToString("ed25519(publicKey, /sig)");
    }

    private Document signed(String revision, String signature) {
        return note(revision, fields + ",\"sig\":\"" + signature + "\"");
    }

    private static boolean isValid(SignatureVerifier verifier, Document document) {
        JsonNode signature = document.body().path("sig");
        return verifier.verify(document, signature);
    }

    private static byte[] hash(Document document) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(CanonicalJson.bytes(document.body()));
    }

    private static String sign(Document document) throws GeneralSecurityException {
        PrivateKey key = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(HexFormat.of().parseHex(PRIVATE + SECRET_1)));
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initSign(key);
        ed25519.update(CanonicalJson.bytes(document.body()));
        return Base64.getEncoder().encodeToString(ed25519.sign());
    }

    private static PublicKey publicKey(String hex) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(PUBLIC + hex)));
    }
}
