package dev.docmirror.envelope;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * An AES key for one use. Unlike {@link javax.crypto.spec.SecretKeySpec} it can be wiped: what the cipher makes of it
 * lives as long as the cipher, one message.
 */
final class AesKey implements SecretKey, AutoCloseable {
    private static final long serialVersionUID = 1;
    static final int BYTES = 32;

    private final transient byte[] bytes;
    private transient volatile boolean wiped;

    /** @param bytes becomes this key's own */
    AesKey(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public void destroy() {
        Arrays.fill(bytes, (byte) 0);
        wiped = true;
    }

    @Override
    public boolean isDestroyed() {
        return wiped;
    }

    @Override
    public void close() {
        destroy();
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(AesKey.class.getName());
    }

    @Override
    public String toString() {
        return "AesKey";
    }
}
