package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookInbox;

/**
 * An inbox in {@code sync_inboxes}, {@code sync_inbox_entries} and {@code sync_inbox_documents}; several may share a
 * database. The tables hold whole documents until they are purged: protect them like the mirror. Thread-safe.
 */
public final class MySqlWebhookInbox implements WebhookInbox {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int PURGED_AT_ONCE = 500;

    private final Database database;
    private final String name;
    private volatile int number;

    private MySqlWebhookInbox(Database database, String name) {
        this.database = database;
        this.name = name;
    }

    /**
     * The inbox of a name; it is made at its first use.
     *
     * @param dataSource stays the host's and is never closed here
     * @param name 1 to 64 letters, digits, dots, hyphens or underscores
     */
    public static MySqlWebhookInbox of(DataSource dataSource, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: must be 1 to 64 letters, digits, dots, hyphens or underscores");
        }
        return new MySqlWebhookInbox(new Database(dataSource), name);
    }

    @Override
    public boolean append(WebhookDelivery delivery) {
        return append(Transactions.own(database), delivery);
    }

    /**
     * Appends a delivery together with what else the host writes: it is durable once the host has committed. A repetition
     * waits for the end of another transaction that appends the same delivery.
     *
     * @param connection one that does not commit by itself; nothing is committed or rolled back here
     * @return false if a delivery of that id is there already
     */
    public boolean append(Connection connection, WebhookDelivery delivery) {
        return append(Transactions.of(connection), delivery);
    }

    private boolean append(Transactions transactions, WebhookDelivery delivery) {
        int inbox = number();
        return transactions.change(
                "appending to an inbox", connection -> new InboxRows(connection, inbox).append(delivery));
    }

    @Override
    public Page after(long position, BatchLimits limits) {
        int inbox = number();
        giveNumbers(inbox);
        return database.read(
                "reading an inbox", handle -> new InboxRows(handle.getConnection(), inbox).after(position, limits));
    }

    @Override
    public List<Entry> newest(Collection<DocumentId> ids) {
        int inbox = number();
        giveNumbers(inbox);
        return database.read("reading an inbox", handle -> new InboxRows(handle.getConnection(), inbox).newest(ids));
    }

    @Override
    public long purge(long upTo, Duration olderThan) {
        int inbox = number();
        long purged = 0;
        int some;
        do {
            some = database.transaction(
                    "purging an inbox",
                    handle -> new InboxRows(handle.getConnection(), inbox).purge(upTo, olderThan, PURGED_AT_ONCE));
            purged += some;
        } while (some == PURGED_AT_ONCE);
        return purged;
    }

    @Override
    public SourceIdentity identity() {
        int inbox = number();
        String incarnation =
                database.read("reading an inbox", handle -> new InboxRows(handle.getConnection(), inbox).incarnation());
        return new SourceIdentity("", "inbox:" + name, incarnation);
    }

    private void giveNumbers(int inbox) {
        while (database.read(
                "reading an inbox", handle -> new InboxNumbers(handle.getConnection(), inbox).areMissing())) {
            database.transaction("numbering an inbox", handle -> {
                new InboxNumbers(handle.getConnection(), inbox).give();
                return true;
            });
        }
    }

    private int number() {
        int known = number;
        if (known == 0) {
            known = database.transaction("opening an inbox", handle -> ensure(handle.getConnection()));
            number = known;
        }
        return known;
    }

    private int ensure(Connection connection) throws SQLException {
        OptionalInt known = find(connection);
        if (known.isPresent()) {
            return known.getAsInt();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO sync_inboxes (name, incarnation) VALUES (?,?) ON DUPLICATE KEY UPDATE name = name")) {
            statement.setString(1, name);
            statement.setString(2, UUID.randomUUID().toString());
            statement.executeUpdate();
        }
        return find(connection).orElseThrow();
    }

    private OptionalInt find(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT inbox_id FROM sync_inboxes WHERE name = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            }
        }
    }
}
