package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import dev.docmirror.error.ConfigurationException;

/** Where statements run: in transactions of their own, or in the host's, which is neither committed nor ended here. */
interface Transactions {

    /** Something to do with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** Does something, all of it or nothing. */
    <T> T change(String doing, Work<T> work);

    /** Reads something. */
    <T> T read(String doing, Work<T> work);

    /** The server behind it. */
    Server server();

    static Transactions own(Database database) {
        return new Transactions() {
            @Override
            public <T> T change(String doing, Work<T> work) {
                return database.transaction(doing, handle -> work.with(handle.getConnection()));
            }

            @Override
            public <T> T read(String doing, Work<T> work) {
                return database.read(doing, handle -> work.with(handle.getConnection()));
            }

            @Override
            public Server server() {
                return database.server();
            }
        };
    }

    /** @throws ConfigurationException if the connection commits by itself, or would alter text */
    static Transactions of(Connection connection) {
        try {
            return joined(connection, Server.read(connection));
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "joining the host's transaction");
        }
    }

    /**
     * @param server what is known of the connection's server
     * @throws ConfigurationException if the connection commits by itself
     */
    static Transactions joined(Connection connection, Server server) {
        try {
            if (connection.getAutoCommit()) {
                throw new ConfigurationException(
                        "the connection commits by itself, so there is no transaction to join: set autoCommit false",
                        null);
            }
            return new Joined(connection, server);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "joining the host's transaction");
        }
    }

    /** The host's transaction. */
    record Joined(Connection connection, Server server) implements Transactions {
        @Override
        public <T> T change(String doing, Work<T> work) {
            try {
                Savepoint before = connection.setSavepoint();
                try {
                    T result = work.with(connection);
                    connection.releaseSavepoint(before);
                    return result;
                } catch (SQLException | RuntimeException e) {
                    undo(before, e);
                    throw e;
                }
            } catch (SQLException | RuntimeException e) {
                throw Failures.translate(e, doing);
            }
        }

        /** After a deadlock there is no savepoint any more: the whole transaction is rolled back then. */
        private void undo(Savepoint before, Exception failure) {
            try {
                connection.rollback(before);
            } catch (SQLException e) {
                failure.addSuppressed(ServerFailure.of(e));
            }
        }

        @Override
        public <T> T read(String doing, Work<T> work) {
            try {
                return work.with(connection);
            } catch (SQLException | RuntimeException e) {
                throw Failures.translate(e, doing);
            }
        }
    }
}
