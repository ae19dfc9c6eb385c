package dev.docmirror.change;

/**
 * Bounds of one batch. A batch ends when it reaches either; a single document larger than {@code bytes} makes a batch
 * of its own.
 *
 * @param documents the most documents in a batch, at least 1
 * @param bytes the most bytes of document bodies, as the source sent them, at least 1
 */
public record BatchLimits(int documents, long bytes) {
    public BatchLimits {
        if (documents < 1) {
            throw new IllegalArgumentException("documents: must be >= 1, was " + documents);
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes: must be >= 1, was " + bytes);
        }
    }
}
