package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders: the cache of what is unpacked once for all JVMs of a user, copies, removal. */
final class Folders {

    /** Fills an empty folder. */
    @FunctionalInterface
    interface Filler {
        void fill(Path folder) throws IOException;
    }

    /** Does something with a folder. */
    @FunctionalInterface
    interface Action<T> {
        T with(Path folder) throws IOException;
    }

    private static final Object LOCK = new Object();

    private Folders() {}

    /**
     * A folder of the cache, filled by the first who needs it. Several threads and JVMs may ask at once: one fills it,
     * the others wait. It is complete or absent, whenever a JVM is killed.
     *
     * @param key names content and version: what is cached under a key never changes
     */
    static Path cached(String key, Filler filler) {
        Path folder = cache().resolve(key);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path lockFile = cache().resolve(key + ".lock");
        synchronized (LOCK) { // file locks are held by the whole JVM
            try {
                Files.createDirectories(cache());
                try (FileChannel channel =
                                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !Files.isDirectory(folder)) {
                        Path half = cache().resolve(key + ".unfinished");
                        delete(half); // of a JVM that was killed
                        filler.fill(Files.createDirectories(half));
                        Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
                    }
                }
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException("could not prepare " + folder, e);
            }
        }
    }

    private static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "docmirror-testkit");
    }

    /** Lends a temporary folder. */
    static <T> T withScratch(Action<T> action) {
        try {
            Path scratch = Files.createTempDirectory("docmirror-scratch-");
            try {
                return action.with(scratch);
            } finally {
                delete(scratch);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Deletes it as far as it can: what is left lies in a temporary folder. */
    static void delete(Path folder) {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException | UncheckedIOException e) {
            return;
        }
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Somebody still writes there.
            }
        }
    }
}
