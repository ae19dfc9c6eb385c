package dev.docmirror.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A CouchDB revision, {@code generation-hash}. The natural order is CouchDB's: the generation as a number, then the
 * hash by its bytes (a hash of 32 hexadecimal digits stands for 16 bytes, any other for its characters).
 *
 * @param generation how many edits led here, at least 1
 * @param hash the text behind the first hyphen
 * @see <a href="https://docs.couchdb.org/en/stable/replication/conflicts.html">CouchDB: replication and conflicts</a>
 */
public record Revision(long generation, String hash) implements Comparable<Revision> {
    private static final int HEX_LENGTH = 32;

    public Revision {
        if (generation < 1 || hash.isEmpty()) {
            throw new IllegalArgumentException("revision: must be <generation>-<hash> with a generation of at least 1");
        }
    }

    /**
     * Parses {@code 3-917fa2381192822767f010b95b45325b}.
     *
     * @throws IllegalArgumentException if the text has another form; the message does not repeat it
     */
    public static Revision of(String text) {
        int hyphen = text.indexOf('-');
        if (hyphen < 1 || hyphen > 18) {
            throw new IllegalArgumentException("revision: must be <generation>-<hash>");
        }
        long generation = 0;
        for (int i = 0; i < hyphen; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw new IllegalArgumentException("revision: must be <generation>-<hash>");
            }
            generation = generation * 10 + (digit - '0');
        }
        return new Revision(generation, text.substring(hyphen + 1));
    }

    @Override
    public int compareTo(Revision other) {
        int byGeneration = Long.compare(generation, other.generation);
        if (byGeneration != 0) {
            return byGeneration;
        }
        return isHex() && other.isHex() ? compareDigits(other) : Arrays.compareUnsigned(hashBytes(), other.hashBytes());
    }

    /** As the bytes would compare, without making them: leaves are sorted all the time. */
    private int compareDigits(Revision other) {
        for (int i = 0; i < HEX_LENGTH; i++) {
            int difference = HexFormat.fromHexDigit(hash.charAt(i)) - HexFormat.fromHexDigit(other.hash.charAt(i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private byte[] hashBytes() {
        return isHex() ? HexFormat.of().parseHex(hash) : hash.getBytes(StandardCharsets.UTF_8);
    }

    private boolean isHex() {
        if (hash.length() != HEX_LENGTH) {
            return false;
        }
        for (int i = 0; i < HEX_LENGTH; i++) {
            if (!HexFormat.isHexDigit(hash.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return generation + "-" + hash;
    }
}
