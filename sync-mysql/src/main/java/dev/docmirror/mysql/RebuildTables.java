package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.mapping.TableDefinition;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of a rebuild: which have changed places so far, and how they go. */
final class RebuildTables {
    private static final Logger log = LoggerFactory.getLogger(RebuildTables.class);
    private static final int ROWS = 10_000;

    private final Database database;
    private final Rebuild rebuild;

    RebuildTables(Database database, Rebuild rebuild) {
        this.database = database;
        this.rebuild = rebuild;
    }

    /** A table that gets another name. */
    record Rename(String from, String to) {}

    /** Tells mappings apart that make other tables. */
    static byte[] definition(List<TableDefinition> tables, MySqlDialect dialect) {
        String ddl = tables.stream()
                .map(table -> MySqlSchema.ddl(table, dialect))
                .sorted()
                .collect(Collectors.joining("\n"));
        return DocKey.sha256(ddl.getBytes(StandardCharsets.UTF_8));
    }

    /** Every rename of a swap, in an order in which no name is taken. */
    static List<Rename> all(Rebuild rebuild) {
        List<Rename> renames = new ArrayList<>();
        for (Rebuild.Table table : rebuild.tables()) {
            if (!table.replaced().isEmpty()) {
                renames.add(new Rename(table.name(), table.replaced()));
            }
            renames.add(new Rename(table.shadow(), table.name()));
        }
        return renames;
    }

    /**
     * The renames that have not been done. One statement does them all; but a server that ended in its midst may have done
     * some.
     *
     * @throws SchemaMismatchException if somebody else has renamed or dropped tables
     */
    static List<Rename> pending(Handle handle, Rebuild rebuild) {
        Set<String> there = existing(handle, rebuild);
        List<Rename> pending = new ArrayList<>();
        for (Rebuild.Table table : rebuild.tables()) {
            boolean shadow = there.contains(lower(table.shadow()));
            boolean live = there.contains(lower(table.name()));
            boolean replaced = there.contains(lower(table.replaced()));
            boolean replaces = !table.replaced().isEmpty();
            if (shadow && live && replaces && !replaced) {
                pending.add(new Rename(table.name(), table.replaced()));
            } else if (shadow ? live : !live) {
                throw new SchemaMismatchException(
                        "the tables of the rebuild of stream " + rebuild.stream() + " are not as it left them: "
                                + table.name() + ", " + table.shadow()
                                + (replaces ? " and " + table.replaced() : "") + "; restore them",
                        null);
            }
            if (shadow) {
                pending.add(new Rename(table.shadow(), table.name()));
            }
        }
        return pending;
    }

    private static Set<String> existing(Handle handle, Rebuild rebuild) {
        Set<String> names = new HashSet<>();
        for (Rename rename : all(rebuild)) {
            names.add(rename.from());
            names.add(rename.to());
        }
        return handle
                .createQuery("SELECT TABLE_NAME FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (<names>)")
                .bindList("names", List.copyOf(names))
                .mapTo(String.class)
                .stream()
                .map(RebuildTables::lower)
                .collect(Collectors.toSet());
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Drops tables, whichever of them refers to which. */
    void drop(Function<Rebuild.Table, String> which) {
        List<String> names = rebuild.tables().stream()
                .map(which)
                .filter(name -> !name.isEmpty())
                .map(Sql::name)
                .toList();
        if (names.isEmpty()) {
            return;
        }
        database.transaction("dropping the tables of " + rebuild, handle -> {
            MySqlSchema.executeWith(
                    handle, "foreign_key_checks", 0, "DROP TABLE IF EXISTS " + String.join(", ", names));
            return true;
        });
    }

    /** Deletes all that is kept of a stream in short transactions, and in the last one the stream and the rebuild. */
    void forget(int stream, boolean withArchive) {
        List<String> tables = new ArrayList<>(List.of(
                "sync_documents",
                "sync_protected_versions",
                "sync_dead_letters",
                "sync_write_backs",
                "sync_checkpoints"));
        if (withArchive) {
            tables.add("sync_conflicts");
        }
        for (String table : tables) {
            long deleted = 0;
            int some = ROWS;
            while (some == ROWS) {
                some = database.transaction("forgetting " + rebuild, handle -> delete(handle, table, stream));
                deleted += some;
                log.debug("{} rows deleted from {}", deleted, table);
            }
        }
        database.transaction("forgetting " + rebuild, handle -> {
            handle.createUpdate("DELETE FROM sync_streams WHERE stream_id = :stream")
                    .bind("stream", stream)
                    .execute();
            rebuild.delete(handle);
            return true;
        });
    }

    private static int delete(Handle handle, String table, int stream) throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            return statement.executeUpdate("DELETE FROM " + table + " WHERE stream_id = " + stream + " LIMIT " + ROWS);
        }
    }
}
