package dev.docmirror.envelope;

import java.security.SecureRandom;

/** Where the IVs of messages come from: never twice the same under a key. Thread-safe. */
@FunctionalInterface
interface IvSource {

    /** 12 bytes. */
    byte[] next();

    /** 96 random bits each, see NIST SP 800-38D, 8.2.2. */
    static IvSource random() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] iv = new byte[AesGcm.IV_BYTES];
            random.nextBytes(iv);
            return iv;
        };
    }
}
