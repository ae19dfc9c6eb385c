package dev.docmirror.mysql;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SyncException;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What the tables of archive and protected versions show beyond their contracts. */
@ParameterizedClass
@EnumSource(Flavor.class)
class DecisionsIT {
    private static final DocumentId NOTE = DocumentId.of("note");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private TestStream stream;
    private ConflictArchive archive;

    @BeforeEach
    void open() {
        database = TestDatabase.installed(flavor);
        pool = database.pool();
        stream = new TestStream(pool);
        archive = MySqlConflictArchive.of(pool);
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void archive_times_areUtcColumnsAndNullOutsideOfTheirRange() {
        archive(entry("1-a", Instant.parse("1969-12-31T23:59:59.999999Z"), Instant.parse("+10000-01-01T00:00:00Z")));
        archive(entry("2-a", Instant.parse("0999-12-31T23:59:59Z"), Instant.parse("9999-12-31T23:59:59.999999Z")));
        List<Map<String, Object>> rows =
                database.query("SELECT losing_written_at, chosen_written_at FROM sync_conflicts ORDER BY conflict_id");
        assertThat(rows.get(0).get("losing_written_at")).hasToString("1969-12-31T23:59:59.999999");
        assertThat(rows.get(0).get("chosen_written_at")).isNull();
        assertThat(rows.get(1).get("losing_written_at")).isNull();
        assertThat(rows.get(1).get("chosen_written_at")).hasToString("9999-12-31T23:59:59.999999");
    }

    @Test
    void close_byNobodyOrTooLongAName_isRefused() {
        archive(entry("1-a", Instant.EPOCH, Instant.EPOCH));
        for (String by : List.of("", " ", "x".repeat(192))) {
            assertThatThrownBy(() -> archive.close(stream.stream(), NOTE, by, "why"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("by: must have 1 to 191 characters");
        }
        assertThat(archive.close(stream.stream(), NOTE, "😀".repeat(191), "x".repeat(100_000)))
                .isEqualTo(1);
        assertThat(database.one("SELECT resolved_by FROM sync_conflicts")).isEqualTo("😀".repeat(191));
        assertThat(database.number("SELECT CHAR_LENGTH(resolution_note) FROM sync_conflicts"))
                .isEqualTo(100_000);
        assertThat(database.number("SELECT COUNT(*) FROM sync_conflicts WHERE is_resolved = 1"
                        + " AND resolved_at BETWEEN detected_at AND UTC_TIMESTAMP(6)"))
                .isEqualTo(1);
    }

    @Test
    void write_ordinaryBatch_needsNoTableOfDecisions() {
        database.execute(
                "DROP TABLE sync_protected_versions", "DROP TABLE sync_write_backs", "DROP TABLE sync_conflicts");
        assertThat(stream.write(Version.of("a", 1), Version.of("b", 1))).isEmpty();
        assertThat(stream.write(Version.of("a", 2), Version.of("c", 1))).isEmpty();
        assertThat(stream.isMirrored("c")).isTrue();
    }

    @Test
    void open_manyClosedEntries_readsTheOpenOnesByAnIndex() {
        archive(entry("1-a", Instant.EPOCH, Instant.EPOCH));
        for (String query : List.of(
                "SELECT * FROM sync_conflicts WHERE stream_id = 1 AND is_resolved = 0 AND conflict_id > 0"
                        + " ORDER BY conflict_id LIMIT 10",
                "SELECT * FROM sync_conflicts WHERE stream_id = 1 AND is_resolved = 0 AND conflict_id > 0"
                        + " AND type = 'note' ORDER BY conflict_id LIMIT 10",
                "SELECT * FROM sync_conflicts WHERE stream_id = 1 AND doc_key = UNHEX('00')")) {
            Map<String, Object> plan = database.query("EXPLAIN " + query).get(0);
            assertThat(String.valueOf(plan.get("possible_keys")))
                    .as("%s", plan)
                    .containsAnyOf("sync_conflicts_open", "sync_conflicts_once");
        }
    }

    @Test
    void settle_andCloseAtOnce_closeEachEntryOnce() {
        archive(entry("1-a", Instant.EPOCH, Instant.EPOCH));
        try (MirrorTransaction transaction = stream.begin()) {
            assertThat(archive.close(stream.stream(), NOTE, "nurse", "seen")).isEqualTo(1);
            transaction.settle(List.of(NOTE), "a later version");
            transaction.commit();
        }
        assertThat(archive.of(stream.stream(), NOTE)
                        .get(0)
                        .closed()
                        .orElseThrow()
                        .by())
                .isEqualTo("nurse");
        assertThat(archive.open(stream.stream(), OpenConflicts.first(9))).isEmpty();
    }

    @Test
    void anyCall_passwordThatNeedsThePublicKey_saysWhatToSet() {
        Assumptions.assumeTrue(flavor == Flavor.MYSQL, "MariaDB has no such plugin");
        String user = "sha2_" + ProcessHandle.current().pid();
        database.execute(
                "CREATE USER '" + user + "'@'%' IDENTIFIED WITH caching_sha2_password BY 's3cret'",
                "GRANT ALL ON `" + database.name() + "`.* TO '" + user + "'@'%'");
        try {
            for (String url : List.of(database.mySqlUrl("sslMode=DISABLED"), database.mariaDbUrl("sslMode=disable"))) {
                HikariConfig config = database.config(url);
                config.setUsername(user);
                config.setPassword("s3cret");
                config.setConnectionTimeout(1_000);
                config.setInitializationFailTimeout(-1);
                try (HikariDataSource other = new HikariDataSource(config)) {
                    SyncException failure = catchThrowableOfType(
                            SyncException.class,
                            () -> MySqlConflictArchive.of(other).count(stream.stream()));
                    assertThat(failure)
                            .as(url)
                            .isInstanceOf(ConfigurationException.class)
                            .hasMessageContaining("allowPublicKeyRetrieval")
                            .hasMessageContaining("TLS");
                    Exceptions.assertTellsNothingOf(failure, "s3cret", user);
                }
            }
        } finally {
            database.execute("DROP USER '" + user + "'@'%'");
        }
    }

    private void archive(ArchivedConflict entry) {
        try (MirrorTransaction transaction = stream.begin()) {
            transaction.archive(List.of(entry));
            transaction.commit();
        }
    }

    private static ArchivedConflict entry(String revision, Instant loser, Instant chosen) {
        Document version = Documents.document(NOTE.value(), revision, "{}");
        return new ArchivedConflict(
                version,
                Optional.of(loser),
                Optional.of("note"),
                Optional.of(Revision.of("9-z")),
                Optional.of(chosen),
                Outcome.REVIEW,
                "a rule");
    }
}
