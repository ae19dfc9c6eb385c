package dev.docmirror.examples.backend.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps in {@code device_writes} what devices wrote or tried to, without content. What is sent to CouchDB is written down
 * before, as {@code REQUESTED}; that stays if no answer came. Thread-safe.
 */
final class WriteAudit {

    /** What became of a write. */
    enum Outcome {
        /** On its way. */
        REQUESTED,
        WRITTEN,
        /** Another version is there. */
        CONFLICT,
        /** By a rule of the proxy's, or by CouchDB. */
        REFUSED
    }

    /**
     * An entry.
     *
     * @param revision the one sent or, once written, the one it has
     * @param reason a rule, no content
     */
    record Entry(int position, String id, boolean deletion, String revision, Outcome outcome, Optional<String> reason) {
        Entry became(Outcome outcome, String revision, Optional<String> reason) {
            return new Entry(position, id, deletion, revision, outcome, reason);
        }
    }

    private static final String COLUMNS =
            "(request_id, position, requested_at, user_name, doc_id, action, revision, outcome, reason)";

    private static final int LONGEST_REASON = 191;

    private final JdbcTemplate database;

    WriteAudit(JdbcTemplate database) {
        this.database = database;
    }

    /** Writes the entries of a request down; those of the same request and position are replaced in what became of them. */
    void write(UUID request, String user, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        List<Object> values = new ArrayList<>();
        for (Entry entry : entries) {
            Collections.addAll(
                    values,
                    request.toString(),
                    entry.position(),
                    user,
                    entry.id(),
                    entry.deletion() ? "DELETE" : "WRITE",
                    entry.revision(),
                    entry.outcome().name(),
                    beginning(entry.reason().orElse("")));
        }
        database.update(
                "INSERT INTO device_writes " + COLUMNS + " VALUES "
                        + DocumentOwners.repeated("(?,?,UTC_TIMESTAMP(6),?,?,?,?,?,NULLIF(?,''))", entries.size())
                        + " ON DUPLICATE KEY UPDATE revision = VALUES(revision), outcome = VALUES(outcome),"
                        + " reason = VALUES(reason)",
                values.toArray());
    }

    private static String beginning(String reason) {
        return reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    }
}
