package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a pool's sessions are set to must not change what is written, and is the same after as before. */
@ParameterizedClass
@EnumSource(Flavor.class)
class SessionIT {
    private static final TableLayout TABLE = TableLayout.of("times", "doc_id", "label", "at", "stamp", "mirrored_at");
    private static final String LOOSE = "SET SESSION sql_mode='', SESSION time_zone='+09:30'";

    @Parameter
    Flavor flavor;

    private TestDatabase database;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        database.execute("CREATE TABLE times (doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation() + " NOT NULL PRIMARY KEY, label VARCHAR(5), at DATETIME(6) NULL,"
                + " stamp TIMESTAMP(6) NULL, mirrored_at TIMESTAMP(6) NULL)");
    }

    @Test
    void write_looseModeAndOddZone_isStrictAndUtc() {
        try (HikariDataSource pool = pool(true)) {
            TestStream stream = new TestStream(pool);
            Instant time = Instant.parse("2024-03-31T01:30:00.654321Z");
            var refused = stream.write(
                    Version.of("long", 1, put(TABLE, "too long", null, null, null)),
                    Version.of("ok", 1, put(TABLE, "ok", time, time, MirrorTime.NOW)));
            assertThat(Refused.ids(refused)).containsExactly("long");
            Map<String, Object> row = database.query("SELECT at, stamp,"
                            + " ABS(TIMESTAMPDIFF(SECOND, mirrored_at, UTC_TIMESTAMP(6))) age FROM times")
                    .get(0);
            assertThat(row.get("at")).hasToString("2024-03-31T01:30:00.654321");
            assertThat(row.get("stamp")).hasToString("2024-03-31T01:30:00.654321");
            assertThat(Long.parseLong(String.valueOf(row.get("age")))).isLessThan(60);
        }
    }

    @Test
    void close_anyEnd_givesTheConnectionBackAsItCame() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (HikariDataSource pool = pool(autoCommit)) {
                List<Object> before = settings(pool);
                TestStream stream = new TestStream(pool);
                assertThat(settings(pool)).isEqualTo(before);
                stream.write(Version.of("a" + autoCommit, 1));
                assertThat(settings(pool)).isEqualTo(before);
                try (MirrorTransaction transaction = stream.begin()) {
                    TestStream.apply(transaction, List.of(Version.of("b", 1)));
                }
                assertThat(settings(pool)).isEqualTo(before);
                assertThat(stream.isMirrored("b")).isFalse();
                assertThat(stream.isMirrored("a" + autoCommit)).isTrue();
            }
        }
    }

    @Test
    void begin_transaction_hasReadCommittedAndAShortSilence() {
        try (HikariDataSource pool = pool(true)) {
            TestStream stream = new TestStream(pool);
            try (MirrorTransaction transaction = stream.begin()) {
                Handle handle = transaction.unwrap(Handle.class).orElseThrow();
                Map<String, Object> session = handle.createQuery(
                                "SELECT @@session.autocommit a, @@session.wait_timeout w," + " @@session."
                                        + database.dialect().isolationVariable() + " i")
                        .mapToMap()
                        .one();
                assertThat(session.get("a")).hasToString("0");
                assertThat(session.get("w")).hasToString("120");
                assertThat(session.get("i")).hasToString("READ-COMMITTED");
                assertThat(transaction.unwrap(Connection.class)).isPresent();
            }
        }
    }

    @Test
    void lease_connectionThatCanNotCarryUnicode_isRefusedAtTheStart() {
        String url = flavor == Flavor.MYSQL
                ? database.mySqlUrl("characterEncoding=ISO-8859-1")
                : database.mySqlUrl("characterEncoding=US-ASCII");
        try (HikariDataSource pool = new HikariDataSource(database.config(url))) {
            assertThatThrownBy(() -> new TestStream(pool))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("character_set_client")
                    .hasMessageContaining("characterEncoding");
        }
    }

    private HikariDataSource pool(boolean autoCommit) {
        HikariConfig config = database.config(database.ownUrl());
        config.setConnectionInitSql(LOOSE);
        config.setAutoCommit(autoCommit);
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private List<Object> settings(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONCAT_WS('|', CONNECTION_ID(), @@sql_mode, @@time_zone,"
                        + " @@autocommit, @@wait_timeout, @@"
                        + database.dialect().isolationVariable() + ")")) {
            row.next();
            List<Object> settings = List.of(
                    row.getString(1),
                    connection.getAutoCommit(),
                    connection.getTransactionIsolation(),
                    connection.getNetworkTimeout());
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return settings;
        }
    }
}
