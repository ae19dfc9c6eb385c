package dev.docmirror.mysql;

import java.util.function.Function;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.testkit.MirrorFixture;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Nested;

/** What hosts set in their JDBC URLs and pools must not matter, nor which of the two drivers they use. */
class DriverVariantsIT {

    @Nested
    class MySqlWithServerStatements extends RowContracts {
        @Override
        MirrorFixture open() {
            return mirror(Flavor.MYSQL, db -> db.mySqlUrl("useServerPrepStmts=true", "cachePrepStmts=true"));
        }
    }

    @Nested
    class MySqlWithAffectedRowsAndLocalState extends RowContracts {
        @Override
        MirrorFixture open() {
            return mirror(
                    Flavor.MYSQL,
                    db -> db.mySqlUrl(
                            "useAffectedRows=true",
                            "useLocalSessionState=true",
                            "rewriteBatchedStatements=true",
                            "elideSetAutoCommits=true",
                            "connectionTimeZone=SERVER"));
        }
    }

    @Nested
    class MySqlWithMariaDbDriver extends RowContracts {
        @Override
        MirrorFixture open() {
            return mirror(Flavor.MYSQL, db -> db.mariaDbUrl("useAffectedRows=true"));
        }
    }

    @Nested
    class MariaDbWithServerStatements extends RowContracts {
        @Override
        MirrorFixture open() {
            return mirror(Flavor.MARIADB, db -> db.mariaDbUrl("useServerPrepStmts=true", "useBulkStmts=true"));
        }
    }

    @Nested
    class MariaDbWithMySqlDriver extends RowContracts {
        @Override
        MirrorFixture open() {
            return mirror(Flavor.MARIADB, db -> db.mySqlUrl("useServerPrepStmts=true"));
        }
    }

    @Nested
    class MySqlWithoutBackslashEscapesAndAutoCommit extends RowContracts {
        @Override
        MirrorFixture open() {
            TestDatabase database = Databases.of(Flavor.MYSQL);
            HikariConfig config =
                    database.config(database.mySqlUrl("sessionVariables=sql_mode='NO_BACKSLASH_ESCAPES,ANSI_QUOTES'"));
            config.setAutoCommit(false);
            return new DatabaseMirror(database, new HikariDataSource(config));
        }
    }

    private static MirrorFixture mirror(Flavor flavor, Function<TestDatabase, String> url) {
        TestDatabase database = Databases.of(flavor);
        return new DatabaseMirror(database, new HikariDataSource(database.config(url.apply(database))));
    }

    /** One database a server is enough: each test drops the tables and has a stream of its own. */
    private static final class Databases {
        private static TestDatabase mySql;
        private static TestDatabase mariaDb;

        static synchronized TestDatabase of(Flavor flavor) {
            if (flavor == Flavor.MYSQL) {
                mySql = mySql == null ? TestDatabase.installed(flavor) : mySql;
                return mySql;
            }
            mariaDb = mariaDb == null ? TestDatabase.installed(flavor) : mariaDb;
            return mariaDb;
        }
    }
}
