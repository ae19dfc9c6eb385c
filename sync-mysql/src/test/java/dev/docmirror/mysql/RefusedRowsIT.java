package dev.docmirror.mysql;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.docmirror.mysql.TestStream.children;
import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;

/** Every way in which a database refuses a row: that document alone, with code and name, and never a value. */
@ParameterizedClass
@EnumSource(Flavor.class)
class RefusedRowsIT {
    private static final String CANARY = "canary-51d2";
    private static final TableLayout NOTES =
            TableLayout.of("notes", "doc_id", "title", "amount", "state", "at", "meta", "owner", "tag");
    private static final TableLayout VISITS = TableLayout.of("visits", "doc_id", "patient");
    private static final TableLayout PATIENTS = TableLayout.of("patients", "doc_id", "cpt");
    private static final TableLayout PHONES = TableLayout.children("phones", "doc_id", "position", "number");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private TestStream stream;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        String id = "doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation() + " NOT NULL";
        database.execute(
                "CREATE TABLE patients (" + id + " PRIMARY KEY, cpt VARCHAR(60) NOT NULL, UNIQUE KEY by_cpt (cpt))",
                "CREATE TABLE phones (" + id
                        + ", position INT NOT NULL, number VARCHAR(60), PRIMARY KEY (doc_id, position),"
                        + " UNIQUE KEY (number), FOREIGN KEY (doc_id) REFERENCES patients (doc_id))",
                "CREATE TABLE visits (" + id + " PRIMARY KEY, patient VARCHAR(60) NOT NULL,"
                        + " CONSTRAINT of_patient FOREIGN KEY (patient) REFERENCES patients (cpt))",
                "CREATE TABLE notes (" + id + " PRIMARY KEY, title VARCHAR(20) NOT NULL, amount DECIMAL(6,2),"
                        + " state ENUM('open','done'), at DATETIME(6), meta JSON, owner CHAR(8), tag VARCHAR(30),"
                        + " CONSTRAINT no_minus CHECK (amount >= 0), UNIQUE KEY (tag))");
        pool = database.pool();
        stream = new TestStream(pool);
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void write_eachKindOfRefusedValue_isNamedByCodeAndColumn() {
        assertReason(1, CANARY + "x".repeat(20), "1406 too long for column `title`");
        assertReason(1, null, "1048 must not be null for column `title`");
        assertReason(2, new BigDecimal("12345.00"), "1264 out of range for column `amount`");
        assertReason(2, CANARY, "1366 wrong characters or number for column `amount`");
        assertReason(2, new BigDecimal("1E+999999999"), "for column `amount`");
        assertReason(3, CANARY, "1265 would be truncated for column `state`");
        assertReason(4, CANARY, "1292 not a valid value for column `at`");
        assertReason(4, "2024-02-30 10:00:00", "1292 not a valid value for column `at`");
        assertReason(4, "0000-00-00", "1292 not a valid value for column `at`");
        assertReason(
                5,
                JsonText.of("{\"" + CANARY),
                flavor == Flavor.MYSQL ? "3140 not valid JSON for column `meta`" : "4025");
        assertReason(
                2,
                -1,
                flavor == Flavor.MYSQL ? "3819 violates a check of `no_minus`" : "4025 violates a check of `no_minus`");
        assertReason(1, "\ud83d" + CANARY, "column `title` of table `notes`: not valid Unicode");
        assertReason(
                5, new JsonText(new byte[] {'"', (byte) 0xC3, '"'}), "column `meta` of table `notes`: not valid UTF-8");
        assertReason(2, 0.5f, "column `amount` of table `notes`: values of java.lang.Float are not supported");
    }

    /** Strict mode lets these pass with a note, altered. */
    @Test
    void write_valueThatStrictModeWouldCut_isRefused() {
        assertReason(2, new BigDecimal("1.005"), "1265 would be truncated for column `amount`");
        assertReason(1, "padded title" + " ".repeat(20), "1265 would be truncated for column `title`");
        assertThat(stream.write(note("fine", 1, 2, new BigDecimal("1.500"))))
                .as("zeros are no loss")
                .isEmpty();
    }

    private void assertReason(int column, Object value, String reason) {
        for (int generation : new int[] {1, 2}) {
            List<Version> batch = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                batch.add(
                        i == 17
                                ? note("bad", generation, column, value)
                                : note("good-" + i, generation, 6, "g" + generation));
            }
            var refused = stream.write(batch);
            assertThat(Refused.ids(refused)).containsExactly("bad");
            assertThat(refused.get(0).reason()).contains(reason).doesNotContain(CANARY);
            assertThat(database.number("SELECT COUNT(*) FROM notes WHERE owner = 'g" + generation + "'"))
                    .isEqualTo(39);
            assertThat(stream.isMirrored("bad")).isFalse();
        }
        database.execute("DELETE FROM notes", "DELETE FROM sync_documents");
        stream = new TestStream(pool);
    }

    private static Version note(String id, int generation, int column, Object value) {
        Object[] values = {"a title", null, null, null, null, null, null};
        values[column - 1] = value;
        return Version.of(id, generation, put(NOTES, values));
    }

    @Test
    void write_duplicateInASecondaryKey_isNamedByTheKey() {
        stream.write(Version.of("one", 1, put(PATIENTS, CANARY)));
        var refused = stream.write(Version.of("two", 1, put(PATIENTS, CANARY)));
        assertThat(Refused.reasons(refused))
                .containsExactly("1062 duplicate in a unique key of `by_cpt` in table `patients`");
        assertThat(database.query("SELECT doc_id FROM patients")).hasSize(1);
        assertThat(database.one("SELECT doc_id FROM patients")).isEqualTo("one");
    }

    /** The server quotes the value before the key's name; a value can try to look like the end of the message. */
    @Test
    void write_valueThatImitatesAMessage_isNotTakenForAName() {
        String imitation = "x' for key '" + CANARY.replace('-', '_') + "'";
        stream.write(Version.of("one", 1, put(PATIENTS, imitation)));
        var refused = stream.write(Version.of("two", 1, put(PATIENTS, imitation)));
        assertThat(Refused.reasons(refused))
                .containsExactly("1062 duplicate in a unique key of `by_cpt` in table `patients`");
    }

    @Test
    void write_parentAndChildrenInOneBatch_findEachOther() {
        assertThat(stream.write(
                        Version.of("v1", 1, put(VISITS, "p1")),
                        Version.of("p1", 1, children(PHONES, "1", "2"), put(PATIENTS, "p1"))))
                .as("parents are written first, whatever the order of documents and changes")
                .isEmpty();
        assertThat(stream.write(Version.of("p1", 2), Version.of("v1", 2)))
                .as("children are deleted first")
                .isEmpty();
        assertThat(database.number("SELECT (SELECT COUNT(*) FROM patients) + (SELECT COUNT(*) FROM phones)"))
                .isZero();
    }

    @Test
    void write_missingParent_leavesNothingOfThatDocument() {
        var refused = stream.write(
                Version.of("p1", 1, put(PATIENTS, "p1"), children(PHONES, "1")),
                Version.of("lost", 1, put(PATIENTS, "p2"), put(VISITS, CANARY), children(PHONES, "2")),
                Version.of("v1", 1, put(VISITS, "p1")));
        assertThat(Refused.ids(refused)).containsExactly("lost");
        assertThat(refused.get(0).reason())
                .startsWith("1452 refers to a row that does not exist")
                .doesNotContain(CANARY);
        assertThat(database.query("SELECT * FROM patients")).hasSize(1);
        assertThat(database.query("SELECT * FROM phones")).hasSize(1);
        assertThat(database.query("SELECT * FROM visits")).hasSize(1);
    }

    /** Undone is what the rows of a batch did, and nothing that stood in the transaction before them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void write_missingParentBehindOtherWrites_leavesThose(boolean byTheHost) throws SQLException {
        try (MirrorTransaction transaction = stream.begin()) {
            if (byTheHost) {
                Connection connection = transaction.unwrap(Connection.class).orElseThrow();
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("INSERT INTO patients VALUES ('the host', 'x')");
                }
            } else {
                transaction.park(List.of(new DeadLetter(
                        DocumentId.of("before"),
                        Revision.of("1-a"),
                        Optional.empty(),
                        DeadLetter.Kind.MAPPING,
                        "a reason")));
            }
            List<DeadLetter> refused = TestStream.apply(
                    transaction,
                    List.of(
                            Version.of("lost", 1, put(PATIENTS, "p2"), put(VISITS, CANARY)),
                            Version.of("p1", 1, put(PATIENTS, "p1"))));
            assertThat(Refused.ids(refused)).containsExactly("lost");
            transaction.commit();
        }
        assertThat(database.number("SELECT (SELECT COUNT(*) FROM patients) + (SELECT COUNT(*) FROM sync_dead_letters)"))
                .isEqualTo(2);
    }

    @Test
    void write_deletedParentWithChildrenOfOthers_isRefusedAndStays() {
        stream.write(Version.of("p1", 1, put(PATIENTS, "p1")), Version.of("v1", 1, put(VISITS, "p1")));
        var refused = stream.write(Version.of("p1", 2), Version.of("p2", 1, put(PATIENTS, "p2")));
        assertThat(Refused.reasons(refused)).containsExactly("1451 another row refers to it in table `patients`");
        assertThat(database.query("SELECT * FROM patients")).hasSize(2);
    }

    /** The second document collides with a first one that is itself refused, so it must get its chance. */
    @Test
    void write_collisionWithARefusedDocument_isNoCollision() {
        var refused = stream.write(
                Version.of("bad", 1, put(PATIENTS, "shared"), children(PHONES, "1".repeat(61))),
                Version.of("good", 1, put(PATIENTS, "shared"), children(PHONES, "2")));
        assertThat(Refused.ids(refused)).containsExactly("bad");
        assertThat(database.one("SELECT doc_id FROM patients")).isEqualTo("good");
        assertThat(database.one("SELECT doc_id FROM phones")).isEqualTo("good");
    }

    @Test
    void write_uniqueValueHandedOnInOneBatch_isWritten() {
        stream.write(Version.of("old", 1, put(PATIENTS, "shared")), Version.of("mid", 1, put(PATIENTS, "own")));
        assertThat(stream.write(Version.of("new", 1, put(PATIENTS, "shared")), Version.of("old", 2)))
                .isEmpty();
        assertThat(stream.write(
                        Version.of("newest", 1, put(PATIENTS, "own")), Version.of("mid", 2, put(PATIENTS, "other"))))
                .isEmpty();
    }

    @Test
    void write_onePoisonInAThousand_leavesTheOthers() {
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String number = i % 1_000 == 777 ? CANARY.repeat(10) : "n" + i;
            versions.add(Version.of("p" + i, 1, put(PATIENTS, "c" + i), children(PHONES, "m" + i, number)));
        }
        var refused = stream.write(versions);
        assertThat(Refused.ids(refused)).containsExactlyInAnyOrder("p777", "p1777", "p2777", "p3777", "p4777");
        assertThat(database.number("SELECT COUNT(*) FROM patients")).isEqualTo(4_995);
        assertThat(database.number("SELECT COUNT(*) FROM phones")).isEqualTo(9_990);
        assertThat(database.number("SELECT COUNT(*) FROM sync_documents")).isEqualTo(4_995);
    }

    @Test
    void write_triggerThatRefuses_isADeadLetter() {
        database.execute("CREATE TRIGGER guard BEFORE INSERT ON patients FOR EACH ROW BEGIN IF NEW.cpt LIKE 'bad%' THEN"
                + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '" + CANARY + "'; END IF; END");
        var refused = stream.write(Version.of("a", 1, put(PATIENTS, "bad")), Version.of("b", 1, put(PATIENTS, "good")));
        assertThat(Refused.reasons(refused)).containsExactly("1644 refused by a trigger in table `patients`");
    }

    @Test
    void write_idWithALoneSurrogate_isRefusedAndParkedApart() {
        var refused = stream.write(
                Version.of("a\ud800", 1, put(PATIENTS, "1")), Version.of("a\udfff", 1), Version.of("a?", 1));
        assertThat(refused).hasSize(2);
        try (var transaction = stream.begin()) {
            transaction.park(refused);
            transaction.commit();
        }
        assertThat(MySqlDeadLetterStore.of(pool).count(stream.stream())).isEqualTo(2);
        assertThat(database.number("SELECT COUNT(*) FROM sync_documents")).isEqualTo(1);
    }
}
