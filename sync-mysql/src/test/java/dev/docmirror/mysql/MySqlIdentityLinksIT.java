package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.LinkRefusedException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.identity.LinkNote;
import dev.docmirror.testkit.IdentityLinksContractTest;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The contract of links, and what is particular to a transaction of the host's. */
@ParameterizedClass
@EnumSource(Flavor.class)
class MySqlIdentityLinksIT {
    private static final LinkNote NOTE = LinkNote.of("host", "");
    private static final ExternalId UID = ExternalId.of("firebase", "uid");
    private static final ExternalId USER = ExternalId.of("postgres", "42");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private IdentityLinks links;

    @BeforeEach
    void install() {
        database = TestDatabase.installed(flavor);
        database.execute("CREATE TABLE users (id INT PRIMARY KEY)");
        pool = database.pool();
        links = MySqlIdentityLinks.of(pool);
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Nested
    class Contract extends IdentityLinksContractTest {
        @Override
        protected IdentityLinks openLinks() {
            return links;
        }
    }

    @Test
    void on_hostRollsBack_leavesNoLinkAndNoAudit() throws SQLException {
        try (Connection host = begin()) {
            insertUser(host, 42);
            MySqlIdentityLinks.on(host).link(List.of(UID, USER), NOTE);
            assertThat(MySqlIdentityLinks.on(host).resolve(List.of(UID, USER))).hasSize(2);
            assertThat(links.resolve(List.of(UID, USER))).isEmpty();
            host.rollback();
        }
        assertThat(links.resolve(List.of(UID, USER))).isEmpty();
        for (String table : List.of("users", "sync_identities", "sync_identity_links", "sync_identity_audit")) {
            assertThat(database.number("SELECT COUNT(*) FROM " + table))
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void on_changeIsRefused_leavesTheHostsOwnWorkAlone() throws SQLException {
        IdentityId first = links.link(List.of(UID), NOTE);
        IdentityId second = links.link(List.of(USER), NOTE);
        try (Connection host = begin()) {
            insertUser(host, 1);
            IdentityLinks joined = MySqlIdentityLinks.on(host);
            joined.linkEach(List.of(ExternalId.of("crm", "1")), NOTE);
            assertThatThrownBy(() -> joined.link(List.of(ExternalId.of("a", "new"), UID, USER), NOTE))
                    .isInstanceOf(LinkRefusedException.class);
            insertUser(host, 2);
            host.commit();
        }
        assertThat(database.number("SELECT COUNT(*) FROM users")).isEqualTo(2);
        assertThat(links.resolve(List.of(UID, USER, ExternalId.of("crm", "1"), ExternalId.of("a", "new"))))
                .hasSize(3)
                .containsAllEntriesOf(Map.of(UID, first, USER, second));
    }

    @Test
    void on_snapshotIsOlderThanTheLinks_stillJoinsThem() throws SQLException {
        try (Connection host = begin()) {
            assertThat(MySqlIdentityLinks.on(host).resolve(List.of(UID))).isEmpty();
            IdentityId first = links.link(List.of(UID), NOTE);
            IdentityId second = links.link(List.of(ExternalId.of("crm", "7")), NOTE);
            links.merge(second, first, NOTE);
            assertThat(MySqlIdentityLinks.on(host).link(List.of(UID, USER), NOTE))
                    .isEqualTo(second);
            host.commit();
            assertThat(links.find(first).orElseThrow().externalIds()).hasSize(3);
        }
    }

    @Test
    void on_twoHostsLinkTheSameId_theSecondWaitsAndGetsTheFirstsIdentity() throws Exception {
        try (Connection first = begin();
                Connection second = begin()) {
            IdentityId identity = MySqlIdentityLinks.on(first).link(List.of(UID), NOTE);
            IdentityLinks other = MySqlIdentityLinks.on(second);
            CompletableFuture<IdentityId> waiting = CompletableFuture.supplyAsync(() -> {
                IdentityId joined = other.link(List.of(UID, USER), NOTE);
                return joined;
            });
            first.commit();
            assertThat(waiting.get()).isEqualTo(identity);
            second.commit();
        }
        assertThat(links.resolve(List.of(UID, USER)).values()).hasSize(2);
        assertThat(database.number("SELECT COUNT(*) FROM sync_identities")).isEqualTo(1);
    }

    @Test
    void link_whileAHostHoldsOthers_doesNotWait() throws SQLException {
        IdentityId left = links.link(List.of(ExternalId.of("crm", "left")), NOTE);
        IdentityId right = links.link(List.of(ExternalId.of("crm", "right")), NOTE);
        try (Connection host = begin()) {
            MySqlIdentityLinks.on(host).link(List.of(UID, USER), NOTE);
            assertThat(links.merge(left, right, NOTE)).isEqualTo(left);
            assertThat(links.link(List.of(ExternalId.of("crm", "more"), ExternalId.of("crm", "left")), NOTE))
                    .isEqualTo(left);
            links.split(List.of(ExternalId.of("crm", "right")), NOTE);
            host.rollback();
        }
    }

    @Test
    void on_connectionThatCommitsByItself_isRefused() throws SQLException {
        try (Connection host = database.connect()) {
            assertThatThrownBy(() -> MySqlIdentityLinks.on(host)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void link_tablesMissing_saysSo() {
        database.execute("DROP TABLE sync_identity_links");
        assertThatThrownBy(() -> links.link(List.of(UID), NOTE))
                .hasMessageContaining("sync_identity_links")
                .hasMessageNotContaining("uid");
    }

    private Connection begin() throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void insertUser(Connection host, int id) throws SQLException {
        try (var statement = host.prepareStatement("INSERT INTO users VALUES (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
