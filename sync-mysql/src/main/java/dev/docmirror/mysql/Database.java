package dev.docmirror.mysql;

import java.sql.SQLException;
import javax.sql.DataSource;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;

/** The host's data source: short transactions on it, with every failure translated. Thread-safe. */
final class Database {

    /** Something to do with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Handle handle) throws SQLException;
    }

    private final DataSource dataSource;
    private final Jdbi jdbi;
    private volatile @Nullable Server server;

    Database(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(dataSource);
        // A pool whose connections never commit by themselves is legal; JDBI would call a clean end there a mistake.
        jdbi.getConfig(Handles.class).setForceEndTransactions(false);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
    }

    DataSource dataSource() {
        return dataSource;
    }

    Session begin() {
        try {
            Handle handle = jdbi.open();
            return Session.begin(handle, server(handle).dialect());
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "opening a transaction");
        }
    }

    /** What is known of the server, asked once. */
    Server server() {
        Server known = server;
        if (known != null) {
            return known;
        }
        try (Handle handle = jdbi.open()) {
            return server(handle);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "asking for the server's version");
        }
    }

    /** Forgets what is known of the server: its settings may have changed. */
    void forgetServer() {
        server = null;
    }

    private Server server(Handle handle) throws SQLException {
        Server known = server;
        if (known == null) {
            try {
                known = Server.read(handle.getConnection());
            } catch (SQLException | RuntimeException e) {
                handle.close();
                throw e;
            }
            server = known;
        }
        return known;
    }

    /** Does something in a transaction of its own and commits it. */
    <T> T transaction(String doing, Work<T> work) {
        try (Session session = begin()) {
            T result = work.with(session.handle());
            session.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, doing);
        }
    }

    /** Reads something in a transaction of its own. */
    <T> T read(String doing, Work<T> work) {
        try (Session session = begin()) {
            return work.with(session.handle());
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, doing);
        }
    }
}
