package dev.docmirror.envelope;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps how far a re-encryption came: a short text without content or keys. If it is lost, the re-encryption begins anew,
 * which is harmless. Used by one thread at a time.
 */
public interface ReEncryptionProgress {

    /** What was saved last; empty if nothing was, or after {@link #clear}. */
    Optional<String> load();

    /** Replaces it, as a whole or not at all. */
    void save(String progress);

    /** Forgets it. */
    void clear();

    /** In a file, which is replaced in one step. */
    static ReEncryptionProgress file(Path file) {
        return new ProgressFile(file);
    }
}
