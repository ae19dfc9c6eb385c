package dev.docmirror.edge;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BiConsumer;

import dev.docmirror.edge.DocumentLog.Place;
import dev.docmirror.error.ConfigurationException;
import org.jspecify.annotations.Nullable;

/** The folder of a store, and the lock on it. Not thread-safe. */
final class StoreFolder implements AutoCloseable {
    private final Path directory;
    private final Path documents;
    private final Path unfinished;
    private final FileChannel lock;

    private StoreFolder(Path directory, FileChannel lock) {
        this.directory = directory;
        this.documents = directory.resolve("documents.log");
        this.unfinished = directory.resolve("documents.log.new");
        this.lock = lock;
    }

    /** @throws ConfigurationException if somebody has it open */
    static StoreFolder lock(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new ConfigurationException(
                    "the document store is open already, here or in another process; close it there first", null);
        }
        return new StoreFolder(directory, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // by another store of this process
        }
    }

    boolean hasDocuments() {
        return Files.exists(documents);
    }

    DocumentLog open(BiConsumer<Frame, Place> seen) throws IOException {
        Files.deleteIfExists(unfinished); // a crash was faster than replace()
        return DocumentLog.open(documents, seen);
    }

    DocumentLog reopen() throws IOException {
        return DocumentLog.reopen(documents);
    }

    DocumentLog begin() throws IOException {
        return DocumentLog.create(unfinished);
    }

    /** Gives what was {@linkplain #begin begun} its name, in one step. Neither it nor what it replaces may be open. */
    void replace() throws IOException {
        Files.move(unfinished, documents, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the names of the files and of the folder durable, where the platform knows that. */
    void flush() throws IOException {
        flush(directory);
        Path parent = directory.toAbsolutePath().getParent();
        flush(parent == null ? directory : parent);
    }

    private static void flush(Path directory) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return; // a folder can't be flushed on Windows, whose filesystem does it itself
        }
        boolean interrupted = Thread.interrupted();
        try {
            while (!isFlushed(directory)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isFlushed(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
