package dev.docmirror.envelope;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2-HMAC-SHA256 of RFC 8018, over the passphrase in UTF-8. */
final class Pbkdf2 {
    private Pbkdf2() {}

    /** @return an array that is the caller's to wipe */
    static byte[] derive(char[] passphrase, byte[] salt, int iterations, int bytes) {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }
}
