package dev.docmirror.change;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

import dev.docmirror.error.MappingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One version (a leaf revision) of a document. Its JSON is kept as the source sent it and parsed when it is first asked
 * for, so that what is never looked at costs nothing and what can't be read fails alone.
 *
 * <p>Thread-safe as long as nobody modifies the tree that {@link #body()} returns.
 */
public final class Document {
    private static final DocumentReader UNUSED_READER = DocumentReader.defaults();

    private final DocumentId id;
    private final Revision revision;
    private final boolean deleted;
    private final byte[] json;
    private final DocumentReader reader;
    private final @Nullable String refusal;
    private final @Nullable DocumentCodec codec;
    private volatile @Nullable Boolean encoded;
    private volatile @Nullable SoftReference<ObjectNode> body;
    private volatile @Nullable ContentHash contentHash;

    /**
     * @param json the whole JSON object in UTF-8, {@code _id} and {@code _rev} included; not copied, so the caller must
     *     not change it any more
     * @param reader parses it, within limits
     */
    public Document(DocumentId id, Revision revision, boolean deleted, byte[] json, DocumentReader reader) {
        this(id, revision, deleted, json, reader, null, null);
    }

    private Document(
            DocumentId id,
            Revision revision,
            boolean deleted,
            byte[] json,
            DocumentReader reader,
            @Nullable String refusal,
            @Nullable DocumentCodec codec) {
        this.id = id;
        this.revision = revision;
        this.deleted = deleted;
        this.json = json;
        this.reader = reader;
        this.refusal = refusal;
        this.codec = codec;
    }

    /**
     * A version that the source lists but can't deliver, or that is beyond what is read: {@link #body()} fails with the
     * reason, so that the document goes to the dead letters alone.
     *
     * @param reason why, without document content
     */
    public static Document unreadable(DocumentId id, Revision revision, boolean deleted, String reason) {
        return new Document(id, revision, deleted, new byte[0], UNUSED_READER, reason, null);
    }

    /** The same version, whose {@link #body()} is what a codec makes of the stored one. Costs nothing by itself. */
    public Document readBy(DocumentCodec decoding) {
        return new Document(id, revision, deleted, json, reader, refusal, decoding);
    }

    public DocumentId id() {
        return id;
    }

    public Revision revision() {
        return revision;
    }

    /** Whether this is a tombstone; one may still have a body. */
    public boolean deleted() {
        return deleted;
    }

    /**
     * What the document says: the parsed JSON object, decrypted where it was encrypted, {@code _id} and {@code _rev}
     * included. A tombstone is as it is stored: that a document is gone must not wait for a key. Numbers are exact: integers of any length and decimals as {@link java.math.BigDecimal}. Must not be
     * modified.
     *
     * @throws dev.docmirror.error.MappingException if the JSON is malformed or beyond the reader's limits; the message
     *     holds no content
     * @throws dev.docmirror.error.MissingKeyException if it is encrypted and the key is not there
     * @throws dev.docmirror.error.EnvelopeException if it is encrypted and can't be decrypted
     */
    public ObjectNode body() {
        SoftReference<ObjectNode> kept = body;
        ObjectNode tree = kept == null ? null : kept.get();
        if (tree == null) {
            ObjectNode stored = read();
            Optional<ObjectNode> decoded = codec == null || deleted ? Optional.empty() : codec.decode(id, stored);
            encoded = decoded.isPresent();
            tree = decoded.orElse(stored);
            body = new SoftReference<>(tree);
        }
        return tree;
    }

    private ObjectNode read() {
        if (refusal != null) {
            throw new MappingException(id, refusal);
        }
        return reader.read(id, json);
    }

    /**
     * Whether the source stores something else than what the document says: an envelope. May parse it.
     *
     * @throws dev.docmirror.error.MappingException as {@link #body()} does
     */
    public boolean isEncoded() {
        if (codec == null || deleted) {
            return false;
        }
        if (!Boolean.FALSE.equals(encoded)) {
            body(); // also of an envelope, which is one only as long as its key is there
        }
        return Boolean.TRUE.equals(encoded);
    }

    /**
     * Lets go of the parsed tree, for whoever is done with this version and has many: {@link #body()} would parse it
     * again. One that was decrypted is kept, since that costs more than memory.
     */
    public void forgetBody() {
        if (!Boolean.TRUE.equals(encoded)) {
            body = null;
        }
    }

    /**
     * The parsed JSON object as the source stores it, decrypted or not. Must not be modified.
     *
     * @throws dev.docmirror.error.MappingException if it can't be parsed
     */
    public ObjectNode stored() {
        return codec == null ? body() : read();
    }

    /**
     * A live version of this document with another body, stored in the way this one is: in an envelope, if this one is.
     *
     * @throws dev.docmirror.error.MappingException as {@link #body()} does
     * @throws dev.docmirror.error.MissingKeyException if there is no key to encrypt with
     */
    public Document with(Revision another, ObjectNode content) {
        ObjectNode stored = codec != null && isEncoded() ? codec.encode(id, content) : content;
        byte[] bytes = stored.toString().getBytes(StandardCharsets.UTF_8);
        return new Document(id, another, false, bytes, reader, null, codec);
    }

    /** What the document says, as JSON in UTF-8: {@link #json()} where that is not encrypted. Must not be modified. */
    public byte[] plainJson() {
        return isEncoded() ? body().toString().getBytes(StandardCharsets.UTF_8) : json;
    }

    /** The JSON object as the source sent it, in UTF-8. Not a copy: must not be modified. */
    public byte[] json() {
        return json;
    }

    /** The JSON object as the source sent it. */
    public String text() {
        return new String(json, StandardCharsets.UTF_8);
    }

    /** The length of the JSON object in bytes. */
    public int size() {
        return json.length;
    }

    /** SHA-256 over the JSON object as the source sent it: two bodies under one revision differ here. */
    public ContentHash contentHash() {
        ContentHash hash = contentHash;
        if (hash == null) {
            hash = new ContentHash(sha256(json));
            contentHash = hash;
        }
        return hash;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Id and revision, no content. */
    @Override
    public String toString() {
        return id + "@" + revision + (deleted ? " (deleted)" : "");
    }
}
