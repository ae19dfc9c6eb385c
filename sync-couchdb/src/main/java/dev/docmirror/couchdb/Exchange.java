package dev.docmirror.couchdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, read as it comes. The deadline covers the whole answer, but counts only the time spent
 * waiting for it: whoever reads may take as long as he likes in between, and TCP holds the server back meanwhile. A
 * trickle of bytes does not extend it, a slow line does (a second for each 4 KiB), so that any line of at least that
 * rate gets through. Confined to one thread, but for {@link #abort()}.
 */
final class Exchange implements AutoCloseable {
    private static final long NANOS_PER_BYTE = TimeUnit.SECONDS.toNanos(1) / 4096;
    private static final int GZIP_BUFFER = 64 * 1024;
    /** From here on an answer is read in gulps: whoever waits for a short one shall have it at once. */
    private static final int LONG = 64 * 1024;
    /** The pause before a gulp, in which some rows arrive, and less than a socket's buffer holds. */
    private static final long GULP_NANOS = 500_000;
    /** A read that takes longer found nothing that had arrived already. */
    private static final long WAITED_NANOS = 20_000;

    private final HttpCall call;
    private final HttpUriRequestBase request;
    private final Cancellation cancellation;
    private final Watchdog.Watch watch;
    private @Nullable ClassicHttpResponse response;
    private InputStream body = InputStream.nullInputStream();
    private Duration deadline = Duration.ZERO;
    private long nanosLeft;
    private long heard;
    private boolean exhausted;
    private volatile boolean aborted;

    Exchange(HttpCall call, HttpUriRequestBase request, Watchdog watchdog, Cancellation cancellation) {
        this.call = call;
        this.request = request;
        this.cancellation = cancellation;
        this.watch = watchdog.watch(this::abort);
    }

    /** Sends the request and waits for the answer's head. */
    void start(HttpClient client, HttpHost server, Duration within) {
        allow(within);
        try {
            cancellation.add(this);
            watch.arm(nanosLeft);
            long began = System.nanoTime();
            try {
                response = client.executeOpen(server, request, null);
            } finally {
                watch.disarm();
            }
            heard = System.nanoTime();
            nanosLeft -= heard - began;
            body = new Body(content(response.getEntity()));
        } catch (IOException e) {
            throw failure(e);
        } catch (IllegalStateException e) {
            // The client's word for a request that was aborted after it was given a connection and before it used it.
            throw aborted ? failure(new InterruptedIOException()) : e;
        }
    }

    private InputStream content(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            exhausted = true;
            return InputStream.nullInputStream();
        }
        String encoding = entity.getContentEncoding();
        return switch (encoding == null ? "identity" : encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> entity.getContent();
            case "gzip", "x-gzip" -> new Unzipped(entity.getContent());
            default -> throw new MalformedAnswerException("it is compressed in a way that was not asked for");
        };
    }

    /** Sets the deadline anew: so much more time to wait for bytes. */
    void allow(Duration time) {
        deadline = time;
        nanosLeft = time.toNanos();
    }

    int status() {
        return response == null ? 0 : response.getCode();
    }

    Optional<String> header(String name) {
        Header header = response == null ? null : response.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    /** All values of a header that may come several times. */
    List<String> headers(String name) {
        ClassicHttpResponse answer = response;
        return answer == null
                ? List.of()
                : Stream.of(answer.getHeaders(name)).map(Header::getValue).toList();
    }

    /** When the server last sent something that was waited for; by {@link System#nanoTime}. */
    long heard() {
        return heard;
    }

    /** The answer's body; hand what it throws to {@link #failure}. */
    InputStream body() {
        return body;
    }

    /** What a failed read means. */
    SyncException failure(IOException e) {
        Watchdog.Verdict verdict = watch.verdict();
        if (verdict == Watchdog.Verdict.INTERRUPTED || Thread.currentThread().isInterrupted()) {
            return new RequestInterruptedException(call + " was interrupted");
        }
        if (cancellation.isCancelled()) {
            return new TransientSyncException(call + " was ended: closed meanwhile", null);
        }
        if (verdict == Watchdog.Verdict.TIMED_OUT) {
            return new RequestTimeoutException(
                    call + " did not end within " + deadline + " of waiting; the server or the line is too slow");
        }
        return HttpFailures.io(call, request, e);
    }

    /** Makes the reading thread fail promptly. */
    void abort() {
        aborted = true;
        request.cancel();
    }

    @Override
    public void close() {
        watch.close();
        cancellation.remove(this);
        if (!exhausted) {
            request.cancel(); // closing alone would read the rest first, which may never end
        }
        if (response != null) {
            try {
                response.close();
            } catch (IOException e) {
                exhausted = true; // the connection is gone either way
            }
        }
    }

    @Override
    public String toString() {
        return call.toString();
    }

    /**
     * Reads within the deadline, and a long answer in gulps. CouchDB sends row by row: to be woken for each of them costs
     * both sides more than the row does.
     */
    private final class Body extends InputStream {
        private final InputStream in;
        private final byte[] one = new byte[1];
        private long total;
        private boolean drained;

        Body(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int read = read(one, 0, 1);
            return read < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (drained && total >= LONG) {
                LockSupport.parkNanos(GULP_NANOS); // that it is interrupted is found out by the read
            }
            long began = System.nanoTime();
            long waited;
            watch.arm(nanosLeft);
            int read;
            try {
                read = in.read(target, offset, length);
            } finally {
                watch.disarm();
                waited = System.nanoTime() - began;
                nanosLeft -= waited;
            }
            if (read < 0) {
                exhausted = true;
            } else {
                nanosLeft += read * NANOS_PER_BYTE;
                total += read;
                drained = waited > WAITED_NANOS;
                heard = drained ? began + waited : heard;
            }
            return read;
        }
    }

    /** Opens the stream with the first read, within the deadline, and reads the raw one to its end. */
    private static final class Unzipped extends InputStream {
        private final InputStream raw;
        private @Nullable InputStream unzipped;

        Unzipped(InputStream raw) {
            this.raw = raw;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int read = read(one, 0, 1);
            return read < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (unzipped == null) {
                unzipped = new GZIPInputStream(raw, GZIP_BUFFER);
            }
            int read = unzipped.read(target, offset, length);
            if (read < 0 && raw.read() >= 0) {
                throw new MalformedAnswerException("something follows its end");
            }
            return read;
        }
    }
}
