package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.mysql.TestStream.children;
import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;

/** Rows and registry that disagree: the mirror was filled before, the registry was lost, somebody removed rows. */
@ParameterizedClass
@EnumSource(Flavor.class)
class UnregisteredRowsIT {
    private static final TableLayout PEOPLE = TableLayout.of("people", "doc_id", "name", "badge");
    private static final TableLayout HASHED =
            TableLayout.of("people", "doc_key", "name", "badge").withHashedKey();
    private static final TableLayout PHONES = TableLayout.children("phones", "doc_id", "position", "number");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        String id = "doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation() + " NULL";
        database.execute(
                "CREATE TABLE people (id BIGINT AUTO_INCREMENT PRIMARY KEY, " + id + ", doc_key BINARY(32) NULL,"
                        + " name VARCHAR(40), badge VARCHAR(40), note VARCHAR(20) NOT NULL DEFAULT 'ours',"
                        + " UNIQUE KEY (doc_id), UNIQUE KEY (doc_key), UNIQUE KEY (badge))",
                "CREATE TABLE phones (id BIGINT AUTO_INCREMENT PRIMARY KEY, " + id
                        + ", position INT NOT NULL, number VARCHAR(40), KEY (doc_id))");
        pool = database.pool();
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void write_registryLost_takesTheRowsOver() {
        new TestStream(pool).write(people(0, 1_200, 1));
        database.execute("DELETE FROM sync_documents", "UPDATE people SET note = 'kept'");
        assertThat(new TestStream(pool).write(people(0, 1_500, 2))).isEmpty();
        assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(1_500);
        assertThat(database.number("SELECT COUNT(*) FROM people WHERE name = 'name 2'"))
                .isEqualTo(1_500);
        assertThat(database.number("SELECT COUNT(*) FROM people WHERE note = 'kept'"))
                .isEqualTo(1_200);
        assertThat(database.number("SELECT COUNT(*) FROM phones")).isEqualTo(3_000);
        assertThat(database.number("SELECT COUNT(*) FROM sync_documents")).isEqualTo(1_500);
    }

    @Test
    void write_registryLostAndKeyTakenByAnother_refusesOnlyThatOne() {
        new TestStream(pool).write(people(0, 100, 1));
        database.execute("DELETE FROM sync_documents");
        List<Version> versions = people(0, 100, 2);
        versions.set(50, Version.of("p50", 2, put(PEOPLE, "name 2", "badge 51")));
        versions.set(51, Version.of("p51", 2, put(PEOPLE, "name 2", "badge 51")));
        assertThat(Refused.ids(new TestStream(pool).write(versions))).containsExactly("p50");
        assertThat(database.one("SELECT name FROM people WHERE doc_id = 'p50'")).isEqualTo("name 1");
    }

    @Test
    void write_rowsRemovedByHand_areInsertedAgain() {
        TestStream stream = new TestStream(pool);
        stream.write(people(0, 500, 1));
        database.execute("DELETE FROM people WHERE id % 7 = 0", "DELETE FROM phones WHERE id % 5 = 0");
        assertThat(stream.write(people(0, 500, 2))).isEmpty();
        assertThat(database.number("SELECT COUNT(*) FROM people WHERE name = 'name 2'"))
                .isEqualTo(500);
        assertThat(database.number("SELECT COUNT(*) FROM phones")).isEqualTo(1_000);
    }

    @Test
    void write_rowRemovedAndItsKeyTaken_isRefused() {
        TestStream stream = new TestStream(pool);
        stream.write(people(0, 10, 1));
        database.execute(
                "DELETE FROM people WHERE doc_id = 'p3'",
                "INSERT INTO people (doc_id, name, badge) VALUES ('stranger', 's', 'badge 3')");
        assertThat(Refused.ids(stream.write(people(0, 10, 2)))).containsExactly("p3");
        assertThat(database.one("SELECT doc_id FROM people WHERE badge = 'badge 3'"))
                .isEqualTo("stranger");
    }

    @Test
    void write_driverThatCountsChangedRows_isNotMisled() {
        try (HikariDataSource counting = database.pool("useAffectedRows=true")) {
            TestStream stream = new TestStream(counting);
            stream.write(people(0, 300, 1));
            List<Version> same = new ArrayList<>();
            people(0, 300, 1)
                    .forEach(version -> same.add(
                            new Version(version.id(), dev.docmirror.change.Revision.of("2-b"), version.rows())));
            assertThat(stream.write(same)).isEmpty();
            assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(300);
        }
    }

    @Test
    void write_tableKeyedAnew_leavesNoRowUnderTheOldKey() {
        TestStream stream = new TestStream(pool);
        stream.write(Version.of("ada", 1, put(PEOPLE, "Ada", "b1")));
        assertThat(stream.write(Version.of("ada", 2, put(HASHED, "Ada", "b1")))).isEmpty();
        assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(1);
        assertThat(database.number("SELECT COUNT(*) FROM people WHERE doc_key IS NOT NULL AND doc_id IS NULL"))
                .isEqualTo(1);
    }

    private static List<Version> people(int from, int to, int generation) {
        List<Version> versions = new ArrayList<>();
        for (int i = from; i < to; i++) {
            RowChange phones = children(PHONES, "n" + i, "m" + i);
            versions.add(Version.of("p" + i, generation, put(PEOPLE, "name " + generation, "badge " + i), phones));
        }
        return versions;
    }
}
