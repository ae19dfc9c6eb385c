package dev.docmirror.testkit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class MySqlServerIT {

    @ParameterizedTest
    @EnumSource
    void start_eachFlavor_answersBothDriversUnderItsOwnName(Flavor flavor) throws SQLException {
        try (MySqlServer server = start(flavor)) {
            server.createDatabase("clinic");

            assertThat(server.flavor()).isEqualTo(flavor);
            assertThat(server.describe()).contains(flavor.name(), server.version(), String.valueOf(server.port()));
            for (String url : new String[] {server.jdbcUrl("clinic"), server.mariaDbUrl("clinic")}) {
                assertThat(query(server, url, "SELECT VERSION()")).startsWith(server.version());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void start_settings_areDurableAndRoomy(Flavor flavor) throws SQLException {
        try (MySqlServer server = start(flavor, "--innodb-lock-wait-timeout=7")) {
            String url = server.jdbcUrl("");
            assertThat(query(server, url, "SELECT @@innodb_flush_log_at_trx_commit"))
                    .isEqualTo("1");
            assertThat(query(server, url, "SELECT @@innodb_doublewrite")).isIn("1", "ON");
            assertThat(query(server, url, "SELECT @@max_allowed_packet")).isEqualTo("67108864");
            assertThat(query(server, url, "SELECT @@character_set_server")).isEqualTo("utf8mb4");
            assertThat(query(server, url, "SELECT @@log_bin")).isEqualTo("0");
            assertThat(query(server, url, "SELECT @@global.innodb_lock_wait_timeout"))
                    .isEqualTo("7");
        }
    }

    @ParameterizedTest
    @EnumSource
    void restart_afterKill_hasCommittedRowsOnly(Flavor flavor) throws SQLException {
        try (MySqlServer server = start(flavor)) {
            String url = server.createDatabase("clinic");
            update(server, url, "CREATE TABLE patient (id INT PRIMARY KEY)");
            update(server, url, "INSERT INTO patient VALUES (1)");
            try (Connection open = connect(server, url);
                    Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                statement.executeUpdate("INSERT INTO patient VALUES (2)");

                server.kill();
                open.abort(Runnable::run); // closing it would try to roll back
                assertThat(isOpen(server.port())).isFalse();
                server.restart();

                assertThat(server.jdbcUrl("clinic")).isEqualTo(url);
                assertThat(query(server, url, "SELECT GROUP_CONCAT(id) FROM patient"))
                        .isEqualTo("1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void restart_afterStopAndWhileRunning_keepsRows(Flavor flavor) throws SQLException {
        try (MySqlServer server = start(flavor)) {
            String url = server.createDatabase("clinic");
            update(server, url, "CREATE TABLE patient (id INT PRIMARY KEY)");
            update(server, url, "INSERT INTO patient VALUES (1)");

            server.stop();
            assertThat(isOpen(server.port())).isFalse();
            server.stop();
            server.restart();
            server.restart();

            assertThat(query(server, url, "SELECT GROUP_CONCAT(id) FROM patient"))
                    .isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pause_query_waitsUntilResumed(Flavor flavor) throws Exception {
        try (MySqlServer server = start(flavor);
                Connection connection = connect(server, server.jdbcUrl(""))) {
            server.pause();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> query(connection, "SELECT 1"));
            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            server.resume();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void close_portAndData_areGone(Flavor flavor) {
        MySqlServer server = start(flavor);
        server.pause(); // a frozen server, too
        server.close();
        server.close();

        assertThat(isOpen(server.port())).isFalse();
        assertThatThrownBy(server::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void start_allAvailableAtOnce_areSeparate() throws SQLException {
        Flavor flavor = MySqlServer.available().iterator().next();
        try (MySqlServer one = start(flavor);
                MySqlServer two = start(flavor)) {
            one.createDatabase("clinic");
            two.createDatabase("clinic");

            assertThat(one.port()).isNotEqualTo(two.port());
            assertThatThrownBy(() -> one.createDatabase("clinic"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("clinic");
        }
    }

    @Test
    void start_named_usesThatServerAndLeavesItAlone() throws SQLException {
        String before = System.getProperty(MySqlServer.SETTING);
        try (MySqlServer own = MySqlServer.start()) {
            System.setProperty(
                    MySqlServer.SETTING,
                    own.jdbcUrl("") + "?connectTimeout=9000&user=" + own.user() + "&password=" + own.password());
            Flavor other = own.flavor() == Flavor.MYSQL ? Flavor.MARIADB : Flavor.MYSQL;
            try (MySqlServer named = MySqlServer.start()) {
                String url = named.createDatabase("clinic");

                assertThat(url).isEqualTo(own.jdbcUrl("clinic") + "?connectTimeout=9000");
                assertThat(query(named, url, "SELECT DATABASE()")).isEqualTo("clinic");
                assertThat(named.describe()).contains("DOCMIRROR_MYSQL_URL").doesNotContain(own.password());
                assertThat(named.ownsProcess()).isFalse();
                assertThatThrownBy(named::kill)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("DOCMIRROR_MYSQL_URL");
            }
            assertThat(MySqlServer.available()).containsExactly(own.flavor());
            assertThat(MySqlServer.whyUnavailable(other).orElseThrow()).contains(own.version());
            assertThatThrownBy(() -> MySqlServer.start(other).close()).isInstanceOf(IllegalStateException.class);
            assertThat(isOpen(own.port())).isTrue();
        } finally {
            if (before == null) {
                System.clearProperty(MySqlServer.SETTING);
            } else {
                System.setProperty(MySqlServer.SETTING, before);
            }
        }
    }

    @Test
    void start_unknownArgument_saysWhatTheServerSaid() {
        Flavor flavor = MySqlServer.available().iterator().next();
        assertThatThrownBy(() -> start(flavor, "--no-such-setting=1").close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-setting");
    }

    private static MySqlServer start(Flavor flavor, String... arguments) {
        Optional<String> obstacle = MySqlServer.whyUnavailable(flavor);
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        return MySqlServer.start(flavor, arguments);
    }

    private static Connection connect(MySqlServer server, String url) throws SQLException {
        return DriverManager.getConnection(url, server.user(), server.password());
    }

    private static String query(MySqlServer server, String url, String sql) throws SQLException {
        try (Connection connection = connect(server, url)) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MySqlServer server, String url, String sql) throws SQLException {
        try (Connection connection = connect(server, url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
