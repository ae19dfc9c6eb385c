package dev.docmirror.envelope;

import java.util.Arrays;
import java.util.Objects;

/** How a key is derived from a passphrase: PBKDF2-HMAC-SHA256 with these parameters. A value. */
final class Kdf {
    static final String NAME = "PBKDF2-HMAC-SHA256";

    /** What OWASP asks for since 2023. */
    static final int FEWEST_ITERATIONS = 600_000;

    /** An envelope comes from outside: one document must not cost minutes. */
    static final int MOST_ITERATIONS = 10_000_000;

    static final int SHORTEST_SALT = 16;
    static final int LONGEST_SALT = 64;

    private final int iterations;
    private final byte[] salt;

    private Kdf(int iterations, byte[] salt) {
        this.iterations = iterations;
        this.salt = salt;
    }

    /** @param salt copied */
    static Kdf of(int iterations, byte[] salt) {
        if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException(
                    "iterations: must be " + FEWEST_ITERATIONS + " to " + MOST_ITERATIONS + ", was " + iterations);
        }
        if (salt.length < SHORTEST_SALT || salt.length > LONGEST_SALT) {
            throw new IllegalArgumentException(
                    "salt: must have " + SHORTEST_SALT + " to " + LONGEST_SALT + " bytes, had " + salt.length);
        }
        return new Kdf(iterations, salt.clone());
    }

    int iterations() {
        return iterations;
    }

    byte[] salt() {
        return salt.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Kdf that && iterations == that.iterations && Arrays.equals(salt, that.salt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(iterations, Arrays.hashCode(salt));
    }
}
