package dev.docmirror.mysql;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.TableDefinition;
import org.jdbi.v3.core.Handle;

/**
 * Makes tables. Nothing here runs unless it is called: a worker never changes a schema.
 *
 * <p>docmirror's own tables are versioned SQL files in the jar, {@code dev/docmirror/mysql/schema/V1__docmirror.sql}
 * and so on, which {@link #install} applies; Flyway and Liquibase can run them as well. {@code sync_schema_versions}
 * says which were.
 */
public final class MySqlSchema {
    private static final int LOCK_SECONDS = 60;

    /** The lock is the server's, so its name tells the databases of a server apart; it has at most 64 characters. */
    private static final String LOCK_NAME = "CONCAT('docmirror:', LEFT(SHA2(DATABASE(), 256), 40))";

    private MySqlSchema() {}

    /**
     * Makes docmirror's own tables as far as they are missing. Safe to repeat and to run in several processes at once.
     * Needs the right to CREATE.
     */
    public static void install(DataSource dataSource) {
        alone(new Database(dataSource), "installing docmirror's tables", handle -> {
            Set<Integer> installed = installed(handle);
            for (Map.Entry<Integer, List<String>> version :
                    SchemaFiles.versions().entrySet()) {
                if (!installed.contains(version.getKey())) {
                    for (String sql : version.getValue()) {
                        execute(handle, sql);
                    }
                }
            }
            return true;
        });
    }

    /** The {@code CREATE TABLE} of a definition. */
    public static String ddl(TableDefinition table, MySqlDialect dialect) {
        return new Ddl(table, dialect).createTable();
    }

    /**
     * Makes the mirror's tables that are missing, those that others refer to first. A table that is there is left as it
     * is, whatever its columns: {@link MySqlMirrorSink#verify} compares them. Needs the right to CREATE, and REFERENCES
     * where there are foreign keys.
     *
     * @return the names of the tables that were made
     */
    public static List<String> createMissing(DataSource dataSource, List<TableDefinition> tables) {
        Database database = new Database(dataSource);
        MySqlDialect dialect = database.server().dialect();
        return alone(database, "making the mirror's tables", handle -> createMissing(handle, tables, dialect));
    }

    static List<String> createMissing(Handle handle, List<TableDefinition> tables, MySqlDialect dialect)
            throws SQLException {
        List<String> made = new ArrayList<>();
        for (TableDefinition table : parentsFirst(tables)) {
            if (!exists(handle, table.name())) {
                execute(handle, ddl(table, dialect));
                made.add(table.name());
            }
        }
        return List.copyOf(made);
    }

    /** Does something that only one process at a time may do with this database's schema. */
    static <T> T alone(Database database, String doing, Database.Work<T> work) {
        return database.transaction(doing, handle -> {
            if (number(handle, "SELECT COALESCE(GET_LOCK(" + LOCK_NAME + ", " + LOCK_SECONDS + "), 0)") != 1) {
                throw new TransientSyncException(
                        doing + " waited in vain for another process that does the same", null);
            }
            try {
                return work.with(handle);
            } finally {
                number(handle, "SELECT RELEASE_LOCK(" + LOCK_NAME + ")");
            }
        });
    }

    private static Set<Integer> installed(Handle handle) {
        if (!exists(handle, "sync_schema_versions")) {
            return Set.of();
        }
        return new HashSet<>(handle.createQuery("SELECT version FROM sync_schema_versions")
                .mapTo(Integer.class)
                .list());
    }

    static boolean exists(Handle handle, String table) {
        return handle.createQuery("SELECT COUNT(*) FROM information_schema.TABLES"
                                + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :table")
                        .bind("table", table)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private static long number(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }

    /** Under another value of a variable of the session, which is as before afterwards. */
    static void executeWith(Handle handle, String variable, int value, String sql) throws SQLException {
        execute(
                handle,
                "SET @docmirror_" + variable + "=@@SESSION." + variable + ", @@SESSION." + variable + "=" + value);
        try {
            execute(handle, sql);
        } finally {
            execute(handle, "SET @@SESSION." + variable + "=@docmirror_" + variable);
        }
    }

    /** As a plain statement: nothing in DDL is a parameter, and JDBI would read a colon as one. */
    static void execute(Handle handle, String sql) throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<TableDefinition> parentsFirst(List<TableDefinition> tables) {
        List<TableDefinition> ordered = new ArrayList<>();
        tables.forEach(table -> visit(table, tables, new HashSet<>(), ordered));
        return ordered;
    }

    private static void visit(
            TableDefinition table, List<TableDefinition> all, Set<String> above, List<TableDefinition> ordered) {
        if (ordered.contains(table) || !above.add(table.name())) {
            return;
        }
        for (TableDefinition.ForeignKey key : table.foreignKeys()) {
            all.stream()
                    .filter(parent -> parent.name().equalsIgnoreCase(key.table()))
                    .forEach(parent -> visit(parent, all, above, ordered));
        }
        ordered.add(table);
    }
}
