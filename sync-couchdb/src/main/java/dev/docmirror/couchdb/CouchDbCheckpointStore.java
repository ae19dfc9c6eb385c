package dev.docmirror.couchdb;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.mirror.MirrorTransaction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Keeps checkpoints in a CouchDB database, as documents {@code _local/docmirror-<stream>}, which are not replicated and
 * not in {@code _changes}. For hosts whose mirror has no checkpoints of its own. Thread-safe.
 *
 * <p>A checkpoint is compared before the mirror's commit and written after it: a crash in between repeats a batch,
 * which changes nothing. CouchDB does not compare revisions of {@code _local} documents, so that of two writers at the
 * very same moment the later one wins; that there is one writer a stream is what the mirror's lease is for.
 */
public final class CouchDbCheckpointStore implements CheckpointStore, AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final CouchDbHttp http;
    private final Cancellation closing = new Cancellation();

    private CouchDbCheckpointStore(CouchDbHttp http) {
        this.http = http;
    }

    /**
     * @param databaseUrl as in {@link CouchDbChangeSource#builder}; the mirrored database or any other
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static Builder builder(URI databaseUrl) {
        return new Builder(databaseUrl);
    }

    private record Stored(Optional<String> revision, Optional<Checkpoint> checkpoint) {}

    @Override
    public Optional<Checkpoint> load(StreamId stream) {
        return stored(stream).checkpoint();
    }

    @Override
    public void save(
            StreamId stream, Optional<Checkpoint> expected, Checkpoint reached, MirrorTransaction transaction) {
        Stored stored = stored(stream);
        if (stored.checkpoint().equals(Optional.of(reached))) {
            return;
        }
        check(stream, stored, expected);
        transaction.afterCommit(() -> write(stream, stored.revision(), expected, reached));
    }

    private void write(StreamId stream, Optional<String> revision, Optional<Checkpoint> expected, Checkpoint reached) {
        HttpCall call = HttpCall.put(path(stream), json(revision, reached)).expecting(CONFLICT);
        if (http.send(call, closing).status() != CONFLICT) {
            return;
        }
        Stored stored = stored(stream);
        if (!stored.checkpoint().equals(Optional.of(reached))) {
            check(stream, stored, expected);
            // The checkpoint is the expected one under another revision: written twice, or reset and restored.
            http.send(HttpCall.put(path(stream), json(stored.revision(), reached)), closing);
        }
    }

    private static void check(StreamId stream, Stored stored, Optional<Checkpoint> expected) {
        if (!stored.checkpoint().equals(expected)) {
            throw new CheckpointConflictException(
                    "the checkpoint of stream " + stream + " is not the one this worker wrote last: another process"
                            + " moved it; run one worker a stream",
                    null);
        }
    }

    @Override
    public void reset(StreamId stream) {
        Answer found = http.send(HttpCall.get(path(stream)).expecting(NOT_FOUND), closing);
        if (found.status() != NOT_FOUND) {
            HttpCall call = HttpCall.delete(path(stream))
                    .withQuery("rev=" + DatabaseUrl.encode(found.text("_rev")))
                    .expecting(NOT_FOUND);
            http.send(call, closing);
        }
    }

    private Stored stored(StreamId stream) {
        Answer answer = http.send(HttpCall.get(path(stream)).expecting(NOT_FOUND), closing);
        if (answer.status() == NOT_FOUND) {
            http.send(HttpCall.get(http.url().path()), closing); // says so if it is the database that is missing
            return new Stored(Optional.empty(), Optional.empty());
        }
        Checkpoint checkpoint = checkpoint(answer.json());
        if (checkpoint == null) {
            throw new InvalidPositionException(
                    "the checkpoint in " + path(stream) + " is malformed; restore the document, or reset the stream to"
                            + " mirror from the beginning",
                    null);
        }
        return new Stored(Optional.of(answer.text("_rev")), Optional.of(checkpoint));
    }

    private static @Nullable Checkpoint checkpoint(JsonNode json) {
        String position = json.path("position").asString("");
        JsonNode source = json.path("source");
        boolean complete = !position.isEmpty()
                && json.path("position").isString()
                && source.path("server").isString()
                && source.path("database").isString()
                && source.path("incarnation").isString();
        return complete
                ? new Checkpoint(
                        Position.of(position),
                        new SourceIdentity(
                                source.path("server").stringValue(),
                                source.path("database").stringValue(),
                                source.path("incarnation").stringValue()))
                : null;
    }

    private static byte[] json(Optional<String> revision, Checkpoint checkpoint) {
        StringBuilder json = new StringBuilder("{");
        revision.ifPresent(rev -> member(json, "_rev", rev).append(','));
        member(json, "position", checkpoint.position().value()).append(",\"source\":{");
        member(json, "server", checkpoint.source().server()).append(',');
        member(json, "database", checkpoint.source().database()).append(',');
        member(json, "incarnation", checkpoint.source().incarnation()).append("}}");
        return json.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static StringBuilder member(StringBuilder json, String name, String value) {
        JsonStrings.encode(name, json);
        json.append(':');
        JsonStrings.encode(value, json);
        return json;
    }

    private String path(StreamId stream) {
        return http.url().path() + "/_local/docmirror-" + stream.value();
    }

    /** Closes the connections. */
    @Override
    public void close() {
        closing.cancel();
        http.close();
    }

    @Override
    public String toString() {
        return "checkpoints in CouchDB database " + http.url();
    }

    /** Settings of a {@link CouchDbCheckpointStore}. */
    public static final class Builder extends CouchDbBuilder<Builder> {
        private Builder(URI databaseUrl) {
            super(databaseUrl);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Opens nothing.
         *
         * @throws IllegalArgumentException if a setting is not usable; the message names it
         */
        public CouchDbCheckpointStore build() {
            return new CouchDbCheckpointStore(http());
        }
    }
}
