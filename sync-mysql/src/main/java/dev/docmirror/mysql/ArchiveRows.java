package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.error.ConfigurationException;

/** Writes {@code sync_conflicts}. */
final class ArchiveRows {
    private static final int ROWS = 100;
    private static final int KEYS = 500;
    private static final long ROW_BYTES = 3_000;
    private static final int PARAMETERS = 15;

    /**
     * The one unique key is that of the same loser, so a repetition changes nothing. IGNORE would hide other errors.
     */
    private static final Repeated INSERT = new Repeated(
            "INSERT INTO sync_conflicts (stream_id, doc_key, id, type, losing_revision, losing_deleted,"
                    + " losing_written_at, chosen_revision, chosen_written_at, outcome, reason, body, body_hash, revision_key, is_resolved, detected_at)"
                    + " VALUES ",
            row(),
            "," + row(),
            " ON DUPLICATE KEY UPDATE stream_id = sync_conflicts.stream_id",
            ROWS);

    private ArchiveRows() {}

    private static String row() {
        return "(" + "?,".repeat(PARAMETERS) + "UTC_TIMESTAMP(6))";
    }

    static void write(Connection connection, int stream, List<ArchivedConflict> losers, Server server)
            throws SQLException {
        for (ArchivedConflict loser : losers) {
            Optional<Refusal> refusal = refusal(loser, server);
            if (refusal.isPresent()) {
                throw new ConfigurationException(refusal.get().reason(), null);
            }
        }
        for (List<ArchivedConflict> chunk : Chunks.of(losers, ROWS, Chunks.bytes(server), ArchiveRows::size)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT.rows(chunk.size()))) {
                int index = 1;
                for (ArchivedConflict loser : chunk) {
                    index = bind(statement, index, stream, loser);
                }
                statement.executeUpdate();
            }
        }
    }

    /** Closes the open entries of documents, in the order of their keys. Returns how many were open. */
    static int close(Connection connection, int stream, Collection<DocKey> documents, String by, String note)
            throws SQLException {
        int closed = 0;
        for (List<DocKey> chunk : Chunks.of(Registry.sorted(documents), KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "UPDATE sync_conflicts SET is_resolved = 1, resolved_by = ?, resolved_at = UTC_TIMESTAMP(6),"
                            + " resolution_note = ? WHERE stream_id = ? AND is_resolved = 0 AND doc_key IN "
                            + Sql.marks(chunk.size()))) {
                statement.setString(1, Unicode.repaired(by));
                statement.setString(2, Unicode.repaired(note));
                statement.setInt(3, stream);
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setBytes(i + 4, chunk.get(i).bytes());
                }
                closed += statement.executeUpdate();
            }
        }
        return closed;
    }

    private static long size(ArchivedConflict conflict) {
        return ROW_BYTES
                + conflict.loser().size()
                + conflict.loser().id().value().length();
    }

    /** Why a loser can't be kept whole, if so. */
    static Optional<Refusal> refusal(ArchivedConflict conflict, Server server) {
        if (Chunks.isSmall(size(conflict), server)) {
            return Optional.empty();
        }
        long most = 2 * ROW_BYTES
                + Bodies.largest(conflict.loser())
                + Values.largestText(conflict.loser().id().value());
        return most <= server.maxPacket()
                ? Optional.empty()
                : Optional.of(Refusal.of(
                        "a losing version of " + conflict.loser().size() + " bytes can't be archived: set the"
                                + " server's max_allowed_packet to " + most + " or more, it is " + server.maxPacket()));
    }

    private static int bind(PreparedStatement statement, int first, int stream, ArchivedConflict conflict)
            throws SQLException {
        Document loser = conflict.loser();
        String revision = loser.revision().toString();
        int index = first;
        statement.setInt(index++, stream);
        statement.setBytes(index++, DocKey.of(loser.id()).bytes());
        statement.setString(index++, Unicode.repaired(loser.id().value()));
        statement.setString(index++, conflict.type().map(Unicode::repaired).orElse(null));
        statement.setString(index++, Unicode.repaired(revision));
        statement.setInt(index++, loser.deleted() ? 1 : 0);
        statement.setString(index++, Times.column(conflict.loserWrittenAt()));
        statement.setString(
                index++,
                conflict.chosen().map(Revision::toString).map(Unicode::repaired).orElse(null));
        statement.setString(index++, Times.column(conflict.chosenWrittenAt()));
        statement.setString(index++, conflict.outcome().name());
        statement.setString(index++, Reasons.cut(conflict.reason()));
        Bodies.bind(statement, index++, loser);
        statement.setBytes(index++, loser.contentHash().bytes());
        statement.setBytes(index++, DocKey.sha256(Unicode.bytes(revision)));
        statement.setInt(index++, conflict.outcome().isOpen() ? 0 : 1);
        return index;
    }
}
