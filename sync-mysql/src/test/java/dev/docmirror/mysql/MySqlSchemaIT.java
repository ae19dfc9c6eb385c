package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@ParameterizedClass
@EnumSource(Flavor.class)
class MySqlSchemaIT {
    private static final FilledBy MAPPER = new FilledBy.Mapper();

    static final TableDefinition SESSIONS = new TableDefinition(
            TableLayout.of(
                    "sessions", "couch_id", "uuid", "stage", "weight", "notes", "meta", "is_open", "started_at", "day"),
            List.of(
                    column("id", ColumnType.of(Kind.UNSIGNED_BIGINT), false, new FilledBy.Counter()),
                    new ColumnDefinition("couch_id", ColumnType.of(Kind.VARCHAR, 255), false, true, MAPPER),
                    column("uuid", ColumnType.of(Kind.VARCHAR, 50), false, MAPPER),
                    column(
                            "stage",
                            ColumnType.enumeration(List.of("open", "it's done")),
                            false,
                            new FilledBy.Constant("open")),
                    column("weight", ColumnType.decimal(5, 2), true, MAPPER),
                    column("notes", ColumnType.of(Kind.TEXT), true, MAPPER),
                    column("meta", ColumnType.of(Kind.JSON), true, MAPPER),
                    column("is_open", ColumnType.of(Kind.BOOLEAN), false, new FilledBy.Constant("1")),
                    column("started_at", ColumnType.of(Kind.TIMESTAMP), true, MAPPER),
                    column("day", ColumnType.of(Kind.DATE), true, MAPPER),
                    column("created_at", ColumnType.of(Kind.TIMESTAMP), true, new FilledBy.Clock(false)),
                    column("updated_at", ColumnType.of(Kind.DATETIME), true, new FilledBy.Clock(true))),
            List.of("id"),
            List.of(List.of("couch_id"), List.of("uuid")),
            List.of(List.of("stage", "day")),
            List.of());

    private static final TableDefinition FORMS = new TableDefinition(
            TableLayout.children("forms", "couch_id", "position", "answers"),
            List.of(
                    new ColumnDefinition("couch_id", ColumnType.of(Kind.VARCHAR, 255), false, true, MAPPER),
                    column("position", ColumnType.of(Kind.INTEGER), false, MAPPER),
                    column("answers", ColumnType.of(Kind.LONG_TEXT), false, MAPPER)),
            List.of("couch_id", "position"),
            List.of(),
            List.of(),
            List.of(new ForeignKey("couch_id", "sessions", "couch_id")));

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private MirrorSink sink;

    @BeforeEach
    void createDatabase() {
        database = TestDatabase.create(flavor);
        pool = database.pool();
        sink = MySqlMirrorSink.of(pool);
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void install_twiceAndByManyAtOnce_isDoneOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> MySqlSchema.install(pool)));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        MySqlSchema.install(pool);
        assertThat(database.number("SELECT COUNT(*) FROM sync_schema_versions")).isEqualTo(1);
        assertThatCode(() -> sink.verify(List.of())).doesNotThrowAnyException();
    }

    @Test
    void install_brokenOffInBetween_isCompleted() {
        MySqlSchema.install(pool);
        database.execute("DROP TABLE sync_dead_letters", "DELETE FROM sync_schema_versions");
        MySqlSchema.install(pool);
        assertThatCode(() -> sink.verify(List.of())).doesNotThrowAnyException();
    }

    @Test
    void install_filesRunByAnotherTool_areRecognised() {
        SchemaFiles.versions().values().forEach(sql -> database.execute(sql.toArray(String[]::new)));
        assertThatCode(() -> sink.verify(List.of())).doesNotThrowAnyException();
    }

    @Test
    void verify_ownTablesMissingOrNewer_saysWhatToDo() {
        assertThat(mismatch(List.of()))
                .contains("table sync_documents of docmirror is missing; run MySqlSchema.install");
        MySqlSchema.install(pool);
        database.execute("ALTER TABLE sync_documents DROP COLUMN leaf_hash");
        assertThat(mismatch(List.of())).contains("sync_documents of docmirror lacks column leaf_hash");
        database.execute("INSERT INTO sync_schema_versions VALUES (99, 'x', NOW(6))");
        assertThat(mismatch(List.of())).contains("version 99, newer than");
    }

    @Test
    void createMissing_childrenFirst_makesAllOnceAndVerifyAgrees() {
        MySqlSchema.install(pool);
        assertThat(MySqlSchema.createMissing(pool, List.of(FORMS, SESSIONS))).containsExactly("sessions", "forms");
        assertThat(MySqlSchema.createMissing(pool, List.of(FORMS, SESSIONS))).isEmpty();
        assertThatCode(() -> sink.verify(List.of(FORMS, SESSIONS))).doesNotThrowAnyException();
        database.execute(
                "INSERT INTO sessions (couch_id, uuid) VALUES ('a', '1'), ('A', '2'), ('a ', '3'), ('ä', '4')");
        assertThat(database.number("SELECT COUNT(*) FROM sessions WHERE stage = 'open' AND is_open = 1"
                        + " AND created_at IS NOT NULL AND updated_at IS NOT NULL"))
                .isEqualTo(4);
    }

    @Test
    void verify_widerColumns_areFine() {
        MySqlSchema.install(pool);
        MySqlSchema.createMissing(pool, List.of(SESSIONS));
        database.execute("ALTER TABLE sessions MODIFY weight DECIMAL(12,4), MODIFY uuid TEXT, MODIFY notes LONGTEXT,"
                + " MODIFY stage ENUM('open','it''s done','more') NOT NULL DEFAULT 'open', MODIFY meta LONGTEXT,"
                + " MODIFY started_at DATETIME(6) NULL, ADD COLUMN extra INT NOT NULL DEFAULT 0, DROP KEY uuid");
        assertThatCode(() -> sink.verify(List.of(SESSIONS))).doesNotThrowAnyException();
    }

    @Test
    void verify_everyDifference_isListedAtOnce() {
        MySqlSchema.install(pool);
        MySqlSchema.createMissing(pool, List.of(SESSIONS));
        database.execute(
                "ALTER TABLE sessions DROP KEY couch_id, DROP KEY uuid",
                "ALTER TABLE sessions MODIFY couch_id VARCHAR(255) NOT NULL, MODIFY uuid VARCHAR(49) NOT NULL,"
                        + " MODIFY stage ENUM('open') NOT NULL DEFAULT 'open', MODIFY weight DECIMAL(5,1), DROP COLUMN notes,"
                        + " MODIFY started_at TIMESTAMP NULL, MODIFY day DATE NOT NULL,"
                        + " MODIFY is_open VARCHAR(5) NOT NULL DEFAULT '', ADD COLUMN stranger INT NOT NULL");
        String message = mismatch(List.of(SESSIONS, FORMS));
        assertThat(message)
                .contains("the database has 11 differences")
                .contains("column sessions.couch_id has collation")
                .contains("table sessions has no unique key on (couch_id)")
                .contains("column sessions.uuid is varchar(49)")
                .contains("column sessions.stage is enum('open')")
                .contains("column sessions.weight is decimal(5,1)")
                .contains("column sessions.notes is missing; ALTER TABLE `sessions` ADD COLUMN `notes` TEXT NULL")
                .contains("column sessions.started_at is timestamp")
                .contains("column sessions.day is NOT NULL, but the mapping may write NULL")
                .contains("column sessions.is_open is varchar(5)")
                .contains("column sessions.stranger is NOT NULL without a default")
                .contains("table forms is missing; make it with MySqlSchema.createMissing");
    }

    @Test
    void verify_keyColumnThatPadsOrFolds_isNamed() {
        MySqlSchema.install(pool);
        List<String> collations = flavor == Flavor.MYSQL
                ? List.of("utf8mb4_bin", "utf8mb4_0900_as_cs", "utf8mb4_general_ci", "latin1_bin")
                : List.of("utf8mb4_bin", "utf8mb4_general_nopad_ci", "latin1_bin");
        for (String collation : collations) {
            String charset = collation.substring(0, collation.indexOf('_'));
            database.execute(
                    "DROP TABLE IF EXISTS sessions",
                    MySqlSchema.ddl(SESSIONS, database.dialect()),
                    "ALTER TABLE sessions MODIFY couch_id VARCHAR(255) CHARACTER SET " + charset + " COLLATE "
                            + collation + " NOT NULL");
            assertThat(mismatch(List.of(SESSIONS)))
                    .contains("sessions.couch_id")
                    .contains(collation);
        }
        database.execute("ALTER TABLE sessions MODIFY couch_id VARBINARY(255) NOT NULL");
        assertThatCode(() -> sink.verify(List.of(SESSIONS)))
                .as("bytes are exact")
                .doesNotThrowAnyException();
    }

    @Test
    void verify_engineWithoutTransactionsOrView_isNamed() {
        MySqlSchema.install(pool);
        database.execute(
                MySqlSchema.ddl(SESSIONS, database.dialect()), "ALTER TABLE sessions DROP KEY couch_id, ENGINE=MyISAM");
        assertThat(mismatch(List.of(SESSIONS))).contains("table sessions has engine MyISAM");
        database.execute("RENAME TABLE sessions TO base", "CREATE VIEW sessions AS SELECT * FROM base");
        assertThat(mismatch(List.of(SESSIONS))).contains("table sessions is a view");
    }

    private String mismatch(List<TableDefinition> tables) {
        SchemaMismatchException failure =
                catchThrowableOfType(SchemaMismatchException.class, () -> sink.verify(tables));
        assertThat(failure).as("a mismatch").isNotNull();
        return failure.getMessage();
    }

    private static ColumnDefinition column(String name, ColumnType type, boolean nullable, FilledBy filledBy) {
        return new ColumnDefinition(name, type, nullable, false, filledBy);
    }
}
