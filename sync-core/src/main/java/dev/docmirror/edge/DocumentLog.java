package dev.docmirror.edge;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import dev.docmirror.error.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@link Frame}s that only grows. What {@link #append} returned survives whatever happens; what it was in the
 * middle of is there record by record, or cut off when the file is opened again. Not thread-safe.
 *
 * <p>No channel is used: an interrupt would close it.
 */
final class DocumentLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileDocumentStore.class);
    private static final int BUFFER = 1 << 20;

    private final RandomAccessFile file;
    private long end;
    private boolean broken;

    /** Where a record lies, with its head. */
    record Place(long offset, int length) {}

    private DocumentLog(RandomAccessFile file, long end) {
        this.file = file;
        this.end = end;
    }

    /** An empty one, that only the owner may read, in place of a file that a crash left behind. */
    static DocumentLog create(Path path) throws IOException {
        Files.deleteIfExists(path);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(path, owner);
        return reopen(path);
    }

    /** One that is known to be whole. */
    static DocumentLog reopen(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        return new DocumentLog(file, file.length());
    }

    /**
     * Opens one after whatever happened to it.
     *
     * @param seen is given each record, in the order in which they were written
     * @throws ConfigurationException if something that was durable is damaged; the file is left as it is
     */
    static DocumentLog open(Path path, BiConsumer<Frame, Place> seen) throws IOException {
        DocumentLog opened = reopen(path);
        try {
            opened.scan(seen);
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void scan(BiConsumer<Frame, Place> seen) throws IOException {
        if (end == 0) {
            throw damaged(0);
        }
        long offset = 0;
        while (offset < end) {
            Optional<Frame> frame = frameAt(offset);
            if (frame.isEmpty()) {
                cut(offset);
                return;
            }
            Place place = new Place(offset, frame.get().size());
            seen.accept(frame.get(), place);
            offset += place.length();
        }
    }

    private Optional<Frame> frameAt(long offset) throws IOException {
        if (end - offset < Frame.HEAD) {
            return Optional.empty();
        }
        byte[] head = new byte[Frame.HEAD];
        file.seek(offset);
        file.readFully(head);
        Optional<Frame.Head> read = Frame.Head.read(ByteBuffer.wrap(head));
        if (read.isEmpty() || read.get().length() > end - offset - Frame.HEAD) {
            return Optional.empty();
        }
        byte[] body = new byte[read.get().length()];
        file.readFully(body);
        return read.get().body(body);
    }

    // Nothing that was acknowledged may be cut off. The first record is there before the file has its name. A record
    // behind this place that was written when this place was
    // durable proves that it was whole once.
    private void cut(long offset) throws IOException {
        if (offset == 0 || isDurable(offset)) {
            throw damaged(offset);
        }
        log.warn("an unfinished write of {} bytes was cut off the document store", end - offset);
        file.setLength(offset);
        file.getFD().sync();
        end = offset;
    }

    private static ConfigurationException damaged(long offset) {
        return new ConfigurationException(
                "the document store is damaged at byte " + offset
                        + ": what was written there is not what is there now; restore the file from a backup",
                null);
    }

    private boolean isDurable(long offset) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long at = offset + 1; end - at >= Frame.HEAD; at += BUFFER - Integer.BYTES) {
            int length = (int) Math.min(BUFFER, end - at);
            file.seek(at);
            file.readFully(buffer, 0, length);
            ByteBuffer window = ByteBuffer.wrap(buffer, 0, length);
            for (int i = 0; i <= length - Integer.BYTES; i++) {
                if (window.getInt(i) == Frame.MAGIC && wasWrittenAfter(offset, at + i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean wasWrittenAfter(long durable, long offset) throws IOException {
        return frameAt(offset).filter(frame -> frame.durable() > durable).isPresent();
    }

    /**
     * Writes records and waits until they are on the disk.
     *
     * @return where they are
     * @throws IOException if it fails; nothing was written then
     */
    List<Place> append(List<Frame> frames) throws IOException {
        if (broken) {
            throw new IOException("an earlier write left the file in an unknown state; open the store again");
        }
        long start = end;
        try {
            List<Place> places = write(frames, start);
            file.getFD().sync();
            end = file.getFilePointer();
            return places;
        } catch (IOException | RuntimeException e) {
            takeBack(start, e);
            throw e;
        }
    }

    private List<Place> write(List<Frame> frames, long start) throws IOException {
        List<Place> places = new ArrayList<>(frames.size());
        Buffer buffer = new Buffer();
        file.seek(start);
        long offset = start;
        for (Frame frame : frames) {
            byte[] bytes = frame.bytes(start);
            buffer.write(bytes);
            places.add(new Place(offset, bytes.length));
            offset += bytes.length;
        }
        buffer.flush();
        return places;
    }

    private void takeBack(long start, Exception failure) {
        try {
            file.setLength(start);
            file.getFD().sync();
        } catch (IOException e) {
            broken = true; // what is on the disk is not known: only a new look at it can tell
            failure.addSuppressed(e);
        }
    }

    /** Empty if what lies there is not what was written. */
    Optional<Frame> read(Place place) throws IOException {
        return frameAt(place.offset());
    }

    long length() {
        return end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Few large writes instead of many small ones. */
    private final class Buffer {
        private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);

        void write(byte[] more) throws IOException {
            if (more.length > bytes.remaining()) {
                flush();
            }
            if (more.length > bytes.remaining()) {
                file.write(more);
            } else {
                bytes.put(more);
            }
        }

        void flush() throws IOException {
            file.write(bytes.array(), 0, bytes.position());
            bytes.clear();
        }
    }
}
