package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction on a connection of the host's pool, with the session as the mirror needs it: strict, UTC, READ
 * COMMITTED. {@link #close()} rolls back what was not committed and gives the connection back as it came.
 *
 * <p>While it is ours, the server ends a silent session after two minutes. Else a worker that was frozen or cut off in
 * mid-transaction would keep its locks for the hours of {@code wait_timeout}, and the next worker would wait as long.
 */
final class Session implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final int SILENCE_SECONDS = 120;
    private static final int NETWORK_TIMEOUT_MILLIS = 150_000;

    private final Handle handle;
    private final Connection connection;
    private final String restore;
    private final boolean autoCommit;
    private final boolean ownsTimeout;
    private boolean written;
    private boolean hasSavepoint;
    private boolean committed;
    private boolean closed;

    private Session(Handle handle, String restore, boolean autoCommit, boolean ownsTimeout) {
        this.handle = handle;
        this.connection = handle.getConnection();
        this.restore = restore;
        this.autoCommit = autoCommit;
        this.ownsTimeout = ownsTimeout;
    }

    /** Takes over the handle: it is closed if this fails, else by {@link #close()}. */
    static Session begin(Handle handle, MySqlDialect dialect) throws SQLException {
        Connection connection = handle.getConnection();
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.rollback();
            }
            boolean ownsTimeout = connection.getNetworkTimeout() == 0;
            if (ownsTimeout) {
                connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
            }
            String variable = dialect.isolationVariable();
            execute(connection, prepare(variable));
            Session session = new Session(handle, restore(variable), autoCommit, ownsTimeout);
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            return session;
        } catch (SQLException | RuntimeException e) {
            abandon(handle);
            throw e;
        }
    }

    /** Saves in user variables, so that saving, setting and restoring take two round trips and no guesses. */
    private static String prepare(String isolation) {
        return "SET @docmirror_sql_mode=@@SESSION.sql_mode,@docmirror_time_zone=@@SESSION.time_zone,"
                + "@docmirror_isolation=@@SESSION." + isolation + ",@docmirror_wait_timeout=@@SESSION.wait_timeout,"
                + "@@SESSION.sql_mode=CONCAT('STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
                // What a driver learned of the session when it began must stay true: it escapes values by that.
                + "IF(@@SESSION.sql_mode LIKE '%NO_BACKSLASH_ESCAPES%',',NO_BACKSLASH_ESCAPES',''),"
                + "IF(@@SESSION.sql_mode LIKE '%ANSI_QUOTES%',',ANSI_QUOTES','')),"
                + "@@SESSION.time_zone='+00:00',@@SESSION." + isolation + "='READ-COMMITTED',"
                + "@@SESSION.wait_timeout=" + SILENCE_SECONDS;
    }

    private static String restore(String isolation) {
        return "SET @@SESSION.sql_mode=@docmirror_sql_mode,@@SESSION.time_zone=@docmirror_time_zone,@@SESSION."
                + isolation + "=@docmirror_isolation,@@SESSION.wait_timeout=@docmirror_wait_timeout";
    }

    Handle handle() {
        return handle;
    }

    /** To read and lock with. */
    Connection connection() {
        return connection;
    }

    /** To write with. */
    Connection writable() {
        written = true;
        return connection;
    }

    /**
     * From here on changes can be {@linkplain #undo undone}. Where nothing was written before, the beginning of the
     * transaction is as good as a savepoint, and costs no round trip: the locks that an undo lets go of kept nobody out
     * but who has no lease, and {@link RebuildCarrier}, which settles a set of leaves without one; the batch writes its own
     * behind that.
     */
    void mark() throws SQLException {
        hasSavepoint = written;
        if (hasSavepoint) {
            execute("SAVEPOINT docmirror_mark");
        }
        written = true;
    }

    void undo() throws SQLException {
        if (hasSavepoint) {
            execute("ROLLBACK TO SAVEPOINT docmirror_mark");
        } else {
            connection.rollback();
        }
    }

    void execute(String sql) throws SQLException {
        execute(connection, sql);
    }

    void commit() throws SQLException {
        connection.commit();
        committed = true;
    }

    /** Whether this transaction is durable for sure. */
    boolean committed() {
        return committed;
    }

    /** Never throws: what was to be durable is, and a connection that can't be made good is not given back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!committed) {
                connection.rollback();
            }
            execute(connection, restore);
            if (autoCommit) {
                connection.setAutoCommit(true);
            }
            if (ownsTimeout) {
                connection.setNetworkTimeout(Runnable::run, 0);
            }
        } catch (SQLException | RuntimeException e) {
            log.debug("A connection can't be reused: {}", ServerFailure.of(e).getMessage());
            abandon(handle);
            return;
        }
        closeQuietly(handle);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The server rolls back when the connection ends, and the pool finds it closed. */
    private static void abandon(Handle handle) {
        try {
            handle.getConnection().abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            log.debug(
                    "A broken connection could not be aborted: {}",
                    ServerFailure.of(e).getMessage());
        }
        closeQuietly(handle);
    }

    private static void closeQuietly(Handle handle) {
        try {
            handle.close();
        } catch (RuntimeException e) {
            log.debug(
                    "A connection could not be closed: {}", ServerFailure.of(e).getMessage());
        }
    }
}
