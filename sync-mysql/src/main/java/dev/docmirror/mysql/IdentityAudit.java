package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.LinkEvent;
import dev.docmirror.identity.LinkEvent.Kind;
import dev.docmirror.identity.LinkNote;
import org.jspecify.annotations.Nullable;

/** Writes and reads {@code sync_identity_audit}. */
final class IdentityAudit {
    private static final int ROWS = 200;
    private static final String ROW = "(?,?,?,?,?,?,?,UTC_TIMESTAMP(6))";
    private static final Repeated INSERT = new Repeated(
            "INSERT INTO sync_identity_audit"
                    + " (kind, identity_id, before_id, system_name, external_id, changed_by, reason, changed_at) VALUES ",
            ROW,
            "," + ROW,
            "",
            ROWS);

    private static final String SELECT = "SELECT event_id, kind, identity_id, before_id, system_name, external_id,"
            + " changed_by, reason, " + Times.text("changed_at") + " AS changed FROM sync_identity_audit WHERE ";

    private IdentityAudit() {}

    static void linked(Connection connection, Map<ExternalId, IdentityId> added, LinkNote note) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        added.forEach((id, identity) -> entries.add(new Entry(Kind.LINKED, identity, null, id)));
        write(connection, entries, note);
    }

    static void moved(
            Connection connection, Kind kind, Collection<ExternalId> ids, IdentityId from, IdentityId to, LinkNote note)
            throws SQLException {
        List<Entry> entries = new ArrayList<>();
        ids.forEach(id -> entries.add(new Entry(kind, to, from, id)));
        if (entries.isEmpty()) {
            entries.add(new Entry(kind, to, from, null));
        }
        write(connection, entries, note);
    }

    private record Entry(
            Kind kind,
            IdentityId identity,
            @Nullable IdentityId before,
            @Nullable ExternalId id) {}

    private static void write(Connection connection, List<Entry> entries, LinkNote note) throws SQLException {
        for (List<Entry> chunk : Chunks.of(entries, ROWS, Long.MAX_VALUE, entry -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT.rows(chunk.size()))) {
                int index = 1;
                for (Entry entry : chunk) {
                    ExternalId id = entry.id();
                    IdentityId before = entry.before();
                    statement.setString(index++, entry.kind().name());
                    statement.setString(index++, entry.identity().value());
                    statement.setString(index++, before == null ? null : before.value());
                    statement.setString(index++, id == null ? null : id.system());
                    statement.setString(index++, id == null ? null : id.id());
                    statement.setString(index++, Unicode.repaired(note.by()));
                    statement.setString(index++, Unicode.repaired(note.why()));
                }
                statement.executeUpdate();
            }
        }
    }

    static List<LinkEvent> of(Connection connection, IdentityId identity) throws SQLException {
        List<LinkEvent> events = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                SELECT + "identity_id = ? UNION " + SELECT + "before_id = ? ORDER BY event_id")) {
            statement.setString(1, identity.value());
            statement.setString(2, identity.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(event(row));
                }
            }
        }
        return events;
    }

    private static LinkEvent event(ResultSet row) throws SQLException {
        String system = row.getString("system_name");
        return new LinkEvent(
                row.getLong("event_id"),
                Times.read(row, "changed").orElseThrow(),
                LinkNote.of(row.getString("changed_by"), row.getString("reason")),
                Kind.valueOf(row.getString("kind")),
                IdentityId.of(row.getString("identity_id")),
                Optional.ofNullable(row.getString("before_id")).map(IdentityId::of),
                system == null ? Optional.empty() : Optional.of(ExternalId.of(system, row.getString("external_id"))));
    }
}
