package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.error.ConfigurationException;

/** Writes {@code sync_conflicts}. */
final class ArchiveRows {
    private static final int ROWS = 100;
    private static final long ROW_BYTES = 3_000;
    private static final int PARAMETERS = 13;

    /**
     * The one unique key is that of the same loser, so a repetition changes nothing. IGNORE would hide other errors.
     */
    private static final Repeated INSERT = new Repeated(
            "INSERT INTO sync_conflicts (stream_id, doc_key, id, type, losing_revision, losing_deleted,"
                    + " chosen_revision, outcome, reason, body, body_hash, revision_key, is_resolved, detected_at)"
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
            checkSize(loser, server);
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

    private static long size(ArchivedConflict conflict) {
        return ROW_BYTES
                + conflict.loser().size()
                + conflict.loser().id().value().length();
    }

    /** A loser must not get lost, so this stops the stream instead of leaving one out. */
    private static void checkSize(ArchivedConflict conflict, Server server) {
        if (Chunks.isSmall(size(conflict), server)) {
            return;
        }
        byte[] body = conflict.loser().json();
        long most = 2 * ROW_BYTES
                + (Unicode.wellFormed(body) ? Values.largestText(body) : 2L * body.length)
                + Values.largestText(conflict.loser().id().value());
        if (most > server.maxPacket()) {
            throw new ConfigurationException(
                    "a losing version of " + conflict.loser().size() + " bytes can't be archived: set the server's"
                            + " max_allowed_packet to " + most + " or more, it is " + server.maxPacket(),
                    null);
        }
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
        statement.setString(
                index++,
                conflict.chosen().map(Revision::toString).map(Unicode::repaired).orElse(null));
        statement.setString(index++, conflict.outcome().name());
        statement.setString(index++, Reasons.cut(conflict.reason()));
        if (Unicode.wellFormed(loser.json())) {
            // The same bytes, for some drivers in half the space.
            statement.setString(index++, loser.text());
        } else {
            statement.setBytes(index++, loser.json());
        }
        statement.setBytes(index++, loser.contentHash().bytes());
        statement.setBytes(index++, DocKey.sha256(Unicode.bytes(revision)));
        statement.setInt(index++, conflict.outcome() == ArchivedConflict.Outcome.REVIEW ? 0 : 1);
        return index;
    }
}
