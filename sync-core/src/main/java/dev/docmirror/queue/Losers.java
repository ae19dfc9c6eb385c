package dev.docmirror.queue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;
import tools.jackson.databind.node.ObjectNode;

/** Carries decisions about operations in conflict out as far as the archive goes: whatever loses is kept there. */
final class Losers {
    private final StreamId stream;
    private final ConflictArchive archive;

    Losers(StreamId stream, ConflictArchive archive) {
        this.stream = stream;
        this.archive = archive;
    }

    /**
     * Archives the version that is about to be overwritten.
     *
     * @return the operation on top of it
     */
    SyncOperation clientWins(SyncOperation operation, Optional<Document> server, String reason) {
        server.ifPresent(loser -> archive.add(
                stream,
                new ArchivedConflict(loser, Optional.of(operation.type()), Optional.empty(), Outcome.CHOSEN, reason)));
        return server.map(version -> operation.rebased(version.revision())).orElseGet(() -> anew(operation));
    }

    /** A document that the source does not know can't be changed, only created. */
    private static SyncOperation anew(SyncOperation operation) {
        SyncOperation created =
                SyncOperation.create(operation.type(), operation.id(), Bodies.after(operation, Optional.empty()));
        return new SyncOperation(
                created.kind(),
                created.type(),
                created.id(),
                created.body(),
                created.base(),
                created.version(),
                operation.user(),
                operation.device(),
                operation.clientTime(),
                operation.delay());
    }

    /** Archives the version that the operation would have made. */
    void serverWins(SyncOperation operation, Optional<Document> server, Outcome outcome, String reason) {
        archive.add(
                stream,
                new ArchivedConflict(
                        version(operation, server),
                        Optional.of(operation.type()),
                        server.map(Document::revision),
                        outcome,
                        reason));
    }

    /** Its revision follows from its content and its base, so that the archive keeps it once. */
    private static Document version(SyncOperation operation, Optional<Document> server) {
        boolean deletes = operation.kind() == SyncOperation.Kind.DELETE;
        Optional<Document> living = server.filter(winner -> !winner.deleted());
        ObjectNode fields = deletes ? Bodies.empty() : Bodies.after(operation, living);
        Optional<Revision> base = operation.base().or(() -> server.map(Document::revision));
        String edit = base.map(Revision::toString).orElse("") + '\0' + deletes + '\0' + fields;
        Revision revision = new Revision(base.map(Revision::generation).orElse(0L) + 1, hash(edit));
        ObjectNode whole = Bodies.empty();
        whole.put("_id", operation.id().value());
        whole.put("_rev", revision.toString());
        if (deletes) {
            whole.put("_deleted", true);
        }
        whole.setAll(fields);
        byte[] json = whole.toString().getBytes(StandardCharsets.UTF_8);
        return new Document(operation.id(), revision, deletes, json, DocumentReader.defaults());
    }

    /** As long as a hash of CouchDB's. */
    private static String hash(String edit) {
        try {
            byte[] bytes = MessageDigest.getInstance("SHA-256").digest(edit.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
