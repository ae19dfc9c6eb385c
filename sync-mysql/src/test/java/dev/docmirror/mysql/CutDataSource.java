package dev.docmirror.mysql;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

/**
 * What a process is to its database that is killed at one of its statements: all of its connections end at once, and
 * nothing comes from it any more.
 */
final class CutDataSource implements DataSource {
    private final HikariDataSource pool;
    private final int at;
    private final String text;
    private final boolean after;
    private final List<Connection> open = new CopyOnWriteArrayList<>();
    private int statements;
    private volatile boolean dead;

    /** No code of ours catches it, as none would run any more. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private CutDataSource(HikariDataSource pool, int at, String text, boolean after) {
        this.pool = pool;
        this.at = at;
        this.text = text;
        this.after = after;
    }

    /**
     * Killed at a statement by its number.
     *
     * @param at the number of the statement, from 1
     * @param after whether the server still executes it
     */
    static CutDataSource at(HikariDataSource pool, int at, boolean after) {
        return new CutDataSource(pool, at, "", after);
    }

    /** Killed before the first statement that begins like this. */
    static CutDataSource before(HikariDataSource pool, String text) {
        return new CutDataSource(pool, 1, text, false);
    }

    /** How many statements there were. */
    synchronized int statements() {
        return statements;
    }

    boolean isDead() {
        return dead;
    }

    @Override
    public Connection getConnection() throws SQLException {
        check();
        Connection connection = pool.getConnection();
        open.add(connection);
        return proxy(Connection.class, connection, connection);
    }

    private <T> T proxy(Class<T> type, Object target, Connection connection) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            String name = method.getName();
            boolean executes = text.isEmpty()
                    ? name.startsWith("execute") || name.equals("commit")
                    : (name.startsWith("execute") || name.equals("prepareStatement"))
                            && args != null
                            && String.valueOf(args[0]).startsWith(text);
            check();
            boolean last = executes && isLast();
            if (last && !after) {
                kill();
            }
            try {
                Object result = method.invoke(target, args);
                if (last) {
                    kill();
                }
                if (name.equals("close") && target == connection) {
                    open.remove(connection);
                }
                if (result instanceof PreparedStatement statement) {
                    return proxy(PreparedStatement.class, statement, connection);
                }
                return result instanceof Statement statement ? proxy(Statement.class, statement, connection) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private synchronized boolean isLast() {
        statements++;
        return statements == at;
    }

    private void check() {
        if (dead) {
            throw new Killed();
        }
    }

    private void kill() throws SQLException {
        dead = true;
        for (Connection connection : open) {
            pool.evictConnection(connection); // the pool, which lives on, lets go of it
            connection.abort(Runnable::run);
            connection.close();
        }
        throw new Killed();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
