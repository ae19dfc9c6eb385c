package dev.docmirror.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes of a text's UTF-8 bytes. */
final class Hashes {
    private Hashes() {}

    static byte[] md5(String text) {
        return hash("MD5", text);
    }

    static byte[] sha256(String text) {
        return hash("SHA-256", text);
    }

    private static byte[] hash(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
