package dev.docmirror.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** AES in Galois/Counter Mode (NIST SP 800-38D) with an IV of 96 bits and a tag of 128 bits, and no other. */
final class AesGcm {
    static final int IV_BYTES = 12;
    static final int TAG_BYTES = 16;

    private AesGcm() {}

    /** A message and its tag. */
    record Sealed(byte[] data, byte[] tag) {}

    static Sealed seal(AesKey key, byte[] iv, byte[] additional, byte[] plaintext) {
        try {
            byte[] both = cipher(Cipher.ENCRYPT_MODE, key, iv, additional).doFinal(plaintext);
            int end = both.length - TAG_BYTES;
            return new Sealed(Arrays.copyOf(both, end), Arrays.copyOfRange(both, end, both.length));
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    /** @return the plaintext, the caller's to wipe; empty if any input is not the one it was sealed with */
    static Optional<byte[]> open(AesKey key, byte[] iv, byte[] additional, Sealed sealed) {
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, iv, additional);
            cipher.update(sealed.data()); // returns nothing: no plaintext before the tag is checked
            return Optional.of(cipher.doFinal(sealed.tag()));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private static Cipher cipher(int mode, AesKey key, byte[] iv, byte[] additional) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv, 0, IV_BYTES));
        cipher.updateAAD(additional);
        return cipher;
    }

    private static IllegalStateException unavailable(GeneralSecurityException e) {
        return new IllegalStateException("this Java platform lacks AES/GCM/NoPadding with keys of 256 bits", e);
    }
}
