package dev.docmirror.mysql;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.IntPredicate;

import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of the driver, the pool or JDBI means to docmirror. The only place that knows error codes; nothing
 * of a server's message leaves it.
 *
 * @see <a href="https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html">MySQL: server errors</a>
 * @see <a href="https://mariadb.com/kb/en/mariadb-error-code-reference/">MariaDB: error codes</a>
 */
final class Failures {
    static final int DUPLICATE = 1062;
    static final int LOCK_WAIT = 1205;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int UNKNOWN_COLUMN = 1054;
    private static final int JSON_OF_BYTES = 3144;

    /** The server is full, busy, starting, stopping, read-only for now, or it chose this transaction to give way. */
    private static final Set<Integer> TRANSIENT = Set.of(
            3, 1020, 1021, 1028, 1030, 1037, 1038, 1040, 1041, 1042, 1043, 1053, 1077, 1078, 1079, 1080, 1114, 1129,
            1135, 1152, 1158, 1159, 1160, 1161, 1180, 1184, 1203, 1205, 1206, 1213, 1226, 1290, 1317, 1412, 1613, 1614,
            1637, 1836, 1927, 1969, 2002, 2003, 2006, 2013, 3024, 3100, 3101, 3169, 3572, 4031);

    private static final Set<Integer> DENIED =
            Set.of(1044, 1045, 1141, 1142, 1143, 1227, 1370, 1524, 1698, 1820, 1862, 3118, 3159, 4151);

    private static final Set<Integer> SCHEMA =
            Set.of(UNKNOWN_DATABASE, 1051, UNKNOWN_COLUMN, 1091, 1146, 1176, 1347, 1471, 1906, 3105);

    /** Classes 22 and 23 of SQL states say the same; these codes come with other states. */
    private static final Set<Integer> DATA = Set.of(
            1048,
            DUPLICATE,
            1118,
            1153,
            1169,
            1216,
            1217,
            1263,
            1264,
            1265,
            1292,
            1300,
            1364,
            1365,
            1366,
            1367,
            1406,
            1411,
            1416,
            1441,
            1451,
            1452,
            1525,
            1557,
            1586,
            1644,
            1690,
            1761,
            1762,
            3140,
            3141,
            JSON_OF_BYTES,
            3145,
            3146,
            3150,
            3156,
            3157,
            3158,
            3819,
            4025,
            4038,
            4161);

    private static final Set<Integer> RELATIONAL = Set.of(DUPLICATE, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 1644);

    private static final int READ_ONLY_TRANSACTION = 1792;
    private static final int STATEMENT_BINLOG = 1665;

    private Failures() {}

    /** Whether the server refused the values, not the statement. */
    static boolean isData(SQLException e) {
        int code = e.getErrorCode();
        if (DATA.contains(code) || isPacketTooBig(e)) {
            return true;
        }
        String state = e.getSQLState();
        boolean known = code == 0 || TRANSIENT.contains(code) || DENIED.contains(code) || SCHEMA.contains(code);
        return !known && state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    /** MySQL's driver looks at the size before it sends, and has no code for it. */
    static boolean isPacketTooBig(SQLException e) {
        return e.getClass().getSimpleName().equals("PacketTooBigException");
    }

    /** Whether a JSON column was given bytes where it wants text. */
    static boolean isJsonOfBytes(SQLException e) {
        return e.getErrorCode() == JSON_OF_BYTES;
    }

    /** Whether the refusal depends on other rows, so that it may not come again when those are not written. */
    static boolean isRelational(SQLException e) {
        return RELATIONAL.contains(e.getErrorCode());
    }

    /**
     * Translates whatever came out of a database call.
     *
     * @param doing what was tried, without values, such as {@code "writing to table patients"}
     */
    static SyncException translate(Exception failure, String doing) {
        if (failure instanceof SyncException already) {
            return already;
        }
        SQLException first = null;
        for (SQLException e : sqlExceptions(failure)) {
            first = first == null ? e : first;
            SyncException permanent = permanent(e, doing);
            if (permanent != null) {
                return permanent;
            }
        }
        if (first == null) {
            return new UnexpectedFailureException(doing, failure);
        }
        for (SQLException e : sqlExceptions(failure)) {
            if (isTransient(e)) {
                return new TransientSyncException(
                        doing + " failed for now: " + meaning(e) + " (" + codes(e) + ")" + remedy(e),
                        ServerFailure.of(e));
            }
        }
        return new ConfigurationException(
                doing + " failed (" + codes(first) + "); the server's log and the list of its errors say why",
                ServerFailure.of(first));
    }

    private static @Nullable SyncException permanent(SQLException e, String doing) {
        int code = e.getErrorCode();
        if (DENIED.contains(code) || "28000".equals(e.getSQLState())) {
            return new AccessDeniedException(
                    doing + " was denied (" + codes(e) + "); check user, password and grants: the mirror needs SELECT,"
                            + " INSERT, UPDATE and DELETE on its tables, the schema set-up CREATE and REFERENCES, too",
                    ServerFailure.of(e));
        }
        if (SCHEMA.contains(code)) {
            return new SchemaMismatchException(
                    doing + " failed: " + missing(e) + " (" + codes(e) + "); "
                            + (code == UNKNOWN_DATABASE
                                    ? "create it or mend the pool's URL"
                                    : "MySqlSchema.install makes docmirror's tables, MySqlSchema.ddl shows the mirror's"),
                    ServerFailure.of(e));
        }
        if (needsPublicKey(e)) {
            return new ConfigurationException(
                    doing
                            + " failed: the user logs in with caching_sha2_password or sha256_password, which needs TLS or"
                            + " the server's public key (" + codes(e) + "); use TLS, or set"
                            + " allowPublicKeyRetrieval=true in the pool's URL if the network can be trusted",
                    ServerFailure.of(e));
        }
        if (code == READ_ONLY_TRANSACTION) {
            return new ConfigurationException(
                    doing + " failed: the pool hands out read-only connections (" + codes(e) + "); unset readOnly",
                    ServerFailure.of(e));
        }
        if (code == STATEMENT_BINLOG) {
            return new ConfigurationException(
                    doing + " failed: binlog_format is STATEMENT (" + codes(e) + "); set it to ROW or MIXED",
                    ServerFailure.of(e));
        }
        return null;
    }

    /** The drivers' own refusals, which have the code and state of a broken connection: only the text tells. */
    private static boolean needsPublicKey(SQLException e) {
        String message = e.getMessage();
        return message != null
                && (message.contains("Public Key Retrieval is not allowed")
                        || message.contains("RSA public key is not available client side"));
    }

    private static String missing(SQLException e) {
        return switch (e.getErrorCode()) {
            case UNKNOWN_DATABASE -> "the database does not exist";
            case UNKNOWN_COLUMN ->
                Named.column(e, name -> true)
                        .map(column -> "column " + column + " does not exist")
                        .orElse("a column does not exist");
            case 1051, 1146 ->
                Named.table(e)
                        .map(table -> "table " + table + " does not exist")
                        .orElse("a table does not exist");
            case 1176 -> "an index that was there at the start does not exist any more";
            case 1906, 3105 -> "a column is generated by the database and can't be written";
            default -> "the tables are not as needed";
        };
    }

    private static boolean isTransient(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                || TRANSIENT.contains(e.getErrorCode())
                || (state != null && (state.startsWith("08") || state.startsWith("40")));
    }

    private static String meaning(SQLException e) {
        int code = e.getErrorCode();
        IntPredicate is = wanted -> wanted == code;
        if (is.test(1213) || is.test(1020) || is.test(1205)) {
            return "another transaction held what it needed";
        }
        if (is.test(1290) || is.test(1836)) {
            return "the server is read-only";
        }
        if (is.test(1040) || is.test(1203) || is.test(1226)) {
            return "the server has too many connections";
        }
        if (is.test(3) || is.test(1021) || is.test(1114) || is.test(1030)) {
            return "the server's disk or a table space is full";
        }
        return isConnection(e)
                ? "the connection is broken or the server can't be reached"
                : "the server or the pool could not serve it";
    }

    private static String remedy(SQLException e) {
        return isConnection(e) ? "; check that the server runs and the pool's URL is right" : "";
    }

    private static boolean isConnection(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("08");
    }

    private static String codes(SQLException e) {
        return "code " + e.getErrorCode() + ", state " + ServerFailure.state(e);
    }

    /** Every SQL exception in a failure, the outermost first: a pool puts the true reason behind its own. */
    private static Iterable<SQLException> sqlExceptions(Throwable failure) {
        Deque<SQLException> found = new ArrayDeque<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>();
        open.add(failure);
        while (!open.isEmpty()) {
            Throwable e = open.poll();
            if (!seen.add(e)) {
                continue;
            }
            if (e instanceof SQLException sql) {
                found.add(sql);
                if (sql.getNextException() != null) {
                    open.add(sql.getNextException());
                }
            }
            if (e.getCause() != null) {
                open.add(e.getCause());
            }
        }
        return found;
    }
}
