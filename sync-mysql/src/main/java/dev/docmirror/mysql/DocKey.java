package dev.docmirror.mysql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import dev.docmirror.change.DocumentId;

/** The SHA-256 of a document's id in UTF-8: a key of 32 bytes for ids of any length, compared exactly. */
final class DocKey implements Comparable<DocKey> {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;

    /** @param bytes 32 bytes, not copied */
    DocKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static DocKey of(DocumentId id) {
        return new DocKey(sha256(Unicode.bytes(id.value())));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The parameters of {@code WHERE stream_id = ? AND doc_key IN (?, …)}. */
    static void bind(PreparedStatement statement, int stream, List<DocKey> keys) throws SQLException {
        statement.setInt(1, stream);
        for (int i = 0; i < keys.size(); i++) {
            statement.setBytes(i + 2, keys.get(i).bytes());
        }
    }

    /** Not a copy: must not be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** The order of the index. */
    @Override
    public int compareTo(DocKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DocKey that && Arrays.equals(bytes, that.bytes);
    }

    /** Its first bytes are as random as any hash. */
    @Override
    public int hashCode() {
        return hash(0);
    }

    /** One of eight hashes that tell nothing of each other. */
    int hash(int number) {
        return (int) INT.get(bytes, number * Integer.BYTES);
    }
}
