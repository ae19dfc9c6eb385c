package dev.docmirror.envelope;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A key and its id: 256 random bits, or a passphrase that keys are derived from. Never shows itself. Thread-safe;
 * whoever creates it closes it.
 *
 * <p>{@link #close()} wipes the key, the passphrase and what was derived. A closed key counts as one that is not there.
 * What the Java platform's ciphers copy is beyond reach; those copies live as long as one message.
 *
 * <p>Each message takes a random IV of 96 bits. NIST SP 800-38D, 8.3, allows 2<sup>32</sup> messages under one key
 * then, over all who write with it: rotate before.
 *
 * <p>A derivation takes about a quarter of a second of processor time per 600,000 iterations, so a key remembers the 64
 * it used last, one for each salt. A writer should keep its salt ({@link #salt()}) over restarts: else a reader derives
 * anew for each of them.
 */
public final class EnvelopeKey implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("[!-~]{1,191}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id;
    private final byte[] bytes;
    private final char[] passphrase;
    private final @Nullable Kdf kdf;
    private final DerivedKeys derived = new DerivedKeys();
    private boolean closed;

    private EnvelopeKey(String id, byte[] bytes, char[] passphrase, @Nullable Kdf kdf) {
        if (!isId(id)) {
            throw new IllegalArgumentException("id: must be 1 to 191 visible ASCII characters");
        }
        this.id = id;
        this.bytes = bytes;
        this.passphrase = passphrase;
        this.kdf = kdf;
    }

    /**
     * A key of 256 random bits.
     *
     * @param id 1 to 191 visible ASCII characters, not secret: it stands in each envelope
     * @param bytes 32 bytes; copied
     */
    public static EnvelopeKey raw(String id, byte[] bytes) {
        if (bytes.length != AesKey.BYTES) {
            throw new IllegalArgumentException("bytes: must be " + AesKey.BYTES + ", were " + bytes.length);
        }
        return owning(id, bytes.clone(), new char[0], null);
    }

    /**
     * A passphrase or PIN, from which keys are derived with PBKDF2-HMAC-SHA256. It opens envelopes of any salt and any
     * number of iterations from 600,000 to 10,000,000, and seals with a new random salt and 600,000 iterations.
     *
     * <p>A PIN of a few digits can be guessed by whoever has an envelope, whatever the iterations.
     *
     * @param id 1 to 191 visible ASCII characters, not secret
     * @param passphrase at least one character; copied. Used in UTF-8 as it is: readers in other languages must bring it
     *     into the same Unicode normal form
     */
    public static EnvelopeKey passphrase(String id, char[] passphrase) {
        byte[] salt = new byte[Kdf.SHORTEST_SALT];
        RANDOM.nextBytes(salt);
        return passphrase(id, passphrase, salt, Kdf.FEWEST_ITERATIONS);
    }

    /**
     * The same with a given salt.
     *
     * @param salt what to seal with: 16 to 64 random bytes, not secret; copied
     * @param iterations what to seal with: 600,000 to 10,000,000
     */
    public static EnvelopeKey passphrase(String id, char[] passphrase, byte[] salt, int iterations) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("passphrase: must not be empty");
        }
        Kdf kdf = Kdf.of(iterations, salt);
        return owning(id, new byte[0], passphrase.clone(), kdf);
    }

    /** The arrays become the key's own. */
    static EnvelopeKey owning(String id, byte[] bytes, char[] passphrase, @Nullable Kdf kdf) {
        return new EnvelopeKey(id, bytes, passphrase, kdf);
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    public String id() {
        return id;
    }

    /** The salt a passphrase seals with, to be kept; empty for a raw key. */
    public Optional<byte[]> salt() {
        return kdf().map(Kdf::salt);
    }

    /** How this key seals; empty for a raw key. */
    Optional<Kdf> kdf() {
        return Optional.ofNullable(kdf);
    }

    /**
     * A copy of the AES key, the caller's to close; empty if this key is closed. May derive it, which others wait for.
     *
     * @param wanted how to derive it; empty for a raw key
     * @throws Parts.Malformed if this is the other kind of key
     */
    synchronized Optional<AesKey> copy(Optional<Kdf> wanted) {
        if (closed) {
            return Optional.empty();
        }
        if (wanted.isPresent() != kdf().isPresent()) {
            throw new Parts.Malformed();
        }
        byte[] source = wanted.isPresent() ? derived(wanted.get()) : bytes;
        return Optional.of(new AesKey(source.clone()));
    }

    /** The key's own array of a derivation. */
    synchronized byte[] derived(Kdf how) {
        byte[] key = derived.get(how);
        if (key == null) {
            key = Pbkdf2.derive(passphrase, how.salt(), how.iterations(), AesKey.BYTES);
            derived.put(how, key);
        }
        return key;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Wipes the key. Waits for a derivation that is going on. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(passphrase, '\0');
        derived.wipe();
    }

    /** The id. */
    @Override
    public String toString() {
        return "EnvelopeKey[" + id + "]";
    }
}
