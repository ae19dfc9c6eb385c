package dev.docmirror.mysql;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Ancestry;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mapping.ChildMapping;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.reconcile.RevisionSource;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.server.MySqlServer.Flavor;

import static org.assertj.core.api.Assertions.assertThat;

/** A clinic whose mirror is rebuilt: documents that are the same in every process, tables that refer to each other. */
final class RebuildRig {
    static final String STREAM = "clinic";
    static final int NOTES = 200;
    private static final int SIGNED_EACH = 20;

    private RebuildRig() {}

    /** Signed versions stay; the source's order decides the rest. */
    static final class KeepSigned implements ConflictPolicy {
        @Override
        public Resolution resolve(Conflict conflict, ConflictContext context) {
            return conflict.protection() == Protection.NONE
                    ? new Resolution.Defer()
                    : new Resolution.Reject(Resolution.Rejection.REJECTED_IMMUTABLE, "signed");
        }

        @Override
        public Protection protection(Document version) {
            return version.body().path("signed").asBoolean(false) ? Protection.SIGNED : Protection.NONE;
        }
    }

    /** A database that is the same one in every process. */
    record Clinic(InMemoryDatabase database) implements RevisionSource {
        @Override
        public SourceIdentity identity() {
            return new SourceIdentity("test", STREAM, "1");
        }

        @Override
        public ChangeFeed open(Optional<Position> after) {
            return database.source().open(after);
        }

        @Override
        public List<DocumentChange> read(Collection<DocumentId> ids) {
            return database.source().read(ids);
        }

        @Override
        public List<Ancestry> ancestry(Collection<DocumentId> ids) {
            return database.source().ancestry(ids);
        }

        @Override
        public RevisionPage revisions(Optional<Position> after, int limit) {
            return database.source().revisions(after, limit);
        }
    }

    static DocumentMapper mapper() {
        return TypeRouter.byField("/type")
                .route(
                        "patient",
                        TableMapping.builder("patients")
                                .key("couch_id", 191)
                                .column(Column.text("name", 80).from("/name").required())
                                .build())
                .route(
                        "note",
                        TableMapping.builder("notes")
                                .autoIncrement("id")
                                .key("couch_id", 191)
                                .column(Column.text("title", 80).from("/title").required())
                                .column(Column.text("patient", 191)
                                        .from("/patient")
                                        .exact()
                                        .references("patients", "couch_id"))
                                .column(Column.bigint("author").from("/author").references("users", "id"))
                                .column(Column.rawText("raw"))
                                .column(Column.updatedAt("changed_at"))
                                .children(ChildMapping.builder("medications", "/medications")
                                        .key("note", 191)
                                        .column(Column.text("drug", 40).from(""))
                                        .build())
                                .index("title")
                                .build())
                .build();
    }

    static String note(int number, String title, String more) {
        return "{\"type\":\"note\",\"title\":\"" + title + "\",\"patient\":\"p" + number % 10
                + "\",\"author\":1,\"medications\":[\"a" + number + "\",\"b\"]" + more + "}";
    }

    static boolean isSigned(int number) {
        return number % SIGNED_EACH == 0;
    }

    /** As the live mirror first sees it. */
    static InMemoryDatabase first() {
        InMemoryDatabase database = new InMemoryDatabase(STREAM);
        for (int i = 0; i < 10; i++) {
            database.put("p" + i, "{\"type\":\"patient\",\"name\":\"Patient " + i + "\"}");
        }
        for (int i = 0; i < NOTES; i++) {
            database.put("n" + i, note(i, "note " + i, isSigned(i) ? ",\"signed\":true" : ""));
        }
        database.put("poison", note(1, "t", "").replace("\"t\"", "7"));
        database.put("unknown", "{\"type\":\"other\"}");
        return database;
    }

    /** What happens while the live mirror looks on. */
    static InMemoryDatabase second() {
        InMemoryDatabase database = first();
        for (int i = 0; i < NOTES; i += SIGNED_EACH) {
            database.put("n" + i, note(i, "forged " + i, ""));
        }
        for (int i = 1; i < NOTES; i += 30) {
            database.put("n" + i, note(i, "edited " + i, ""));
            database.delete("n" + (i + 1));
            Revision base = database.put("c" + i, note(i, "base " + i, ""));
            database.fork("c" + i, "2-aaa", base.toString(), note(i, "left " + i, ""));
            database.fork("c" + i, "2-bbb", base.toString(), note(i, "right " + i, ""));
        }
        database.purge(DocumentId.of("n" + SIGNED_EACH));
        return database;
    }

    /** What the live mirror has not seen yet when the rebuild begins. */
    static InMemoryDatabase third() {
        InMemoryDatabase database = second();
        database.put("n0", note(0, "forged again", ""));
        database.put("late", note(5, "late", ",\"signed\":true"));
        database.put("late", note(5, "forged late", ""));
        database.put("n3", note(3, "edited late", ""));
        return database;
    }

    static SyncWorker worker(String stream, InMemoryDatabase database, MirrorSink sink, DataSource pool) {
        return SyncWorker.builder(stream, new Clinic(database), mapper(), sink, MySqlCheckpointStore.of(pool))
                .conflicts(new KeepSigned())
                .deadLetters(MySqlDeadLetterStore.of(pool))
                .listener((name, event) -> {})
                .options(SyncOptions.defaults()
                        .withBatchSize(50)
                        .withLeaseTtl(Duration.ofMillis(500))
                        .withPollWait(Duration.ofMillis(200)))
                .build();
    }

    static SyncWorker shadow(MySqlRebuild rebuild, InMemoryDatabase database, DataSource pool) {
        return worker(rebuild.stream(), database, rebuild.sink(), pool);
    }

    static SyncWorker live(InMemoryDatabase database, DataSource pool) {
        return worker(STREAM, database, MySqlMirrorSink.of(pool), pool);
    }

    static void createTables(TestDatabase database, DataSource pool) {
        database.execute("CREATE TABLE users (id BIGINT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO users VALUES (1)");
        MySqlSchema.createMissing(pool, mapper().tables());
    }

    /** Mirrors the history as a live worker does, up to what it has seen. */
    static void mirror(DataSource pool, InMemoryDatabase... history) throws InterruptedException {
        for (InMemoryDatabase state : history) {
            try (SyncWorker worker = live(state, pool)) {
                worker.runOnce();
            }
        }
    }

    /** From begin to end, whatever an earlier one left. */
    static void rebuild(DataSource pool, InMemoryDatabase database) throws InterruptedException {
        MySqlRebuild rebuild = MySqlRebuild.begin(pool, STREAM, mapper());
        if (!rebuild.isSwapped()) {
            try (SyncWorker worker = shadow(rebuild, database, pool)) {
                rebuild.swap(worker);
            }
        }
        rebuild.dropReplaced();
    }

    /** All that a mirror holds of the stream, without counters and clocks. */
    static Map<String, Set<String>> contents(TestDatabase database) {
        Map<String, Set<String>> contents = new TreeMap<>();
        String stream = " WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = '" + STREAM + "')";
        Map.of(
                        "patients", "SELECT couch_id, name FROM patients",
                        "notes", "SELECT couch_id, title, patient, author, raw FROM notes",
                        "medications", "SELECT note, position, drug FROM medications",
                        "registry",
                                "SELECT HEX(doc_key) k, id, IF(is_deleted, '', type) t, IF(is_deleted, '', mirrored_in) m,"
                                        + " generation, revision_hash, HEX(content_hash) c, is_deleted, protection,"
                                        + " leaf_weight, leaf_hash FROM sync_documents" + stream,
                        "protected",
                                "SELECT HEX(doc_key) k, revision, is_deleted, HEX(body) b FROM sync_protected_versions"
                                        + stream,
                        "archive",
                                "SELECT HEX(doc_key) k, losing_revision, HEX(body_hash) b, outcome FROM sync_conflicts"
                                        + stream,
                        "letters", "SELECT HEX(doc_key) k, revision, kind, reason FROM sync_dead_letters" + stream,
                        "checkpoint", "SELECT position FROM sync_checkpoints" + stream)
                .forEach((name, sql) -> {
                    List<Map<String, Object>> rows = database.query(sql);
                    Set<String> texts = rows.stream()
                            .map(row ->
                                    row.values().stream().map(RebuildRig::text).collect(Collectors.joining("|")))
                            .collect(Collectors.toCollection(TreeSet::new));
                    assertThat(texts).as("rows of " + name).hasSameSizeAs(rows);
                    contents.put(name, texts);
                });
        return contents;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
    }

    /** What a finished or aborted rebuild must not leave behind. */
    static void assertNothingLeft(TestDatabase database) {
        assertThat(database.query("SHOW TABLES").stream()
                        .map(row ->
                                String.valueOf(row.values().iterator().next()).toLowerCase(Locale.ROOT))
                        .filter(name -> !name.startsWith("sync_")))
                .containsExactlyInAnyOrder("patients", "notes", "medications", "users");
        assertThat(database.query("SELECT name FROM sync_streams")).containsExactly(Map.of("name", STREAM));
        assertThat(database.number("SELECT COUNT(*) FROM sync_rebuilds")).isZero();
        for (String table : List.of(
                "sync_documents",
                "sync_protected_versions",
                "sync_conflicts",
                "sync_dead_letters",
                "sync_checkpoints",
                "sync_write_backs")) {
            assertThat(database.number("SELECT COUNT(*) FROM " + table
                            + " WHERE stream_id NOT IN (SELECT stream_id FROM sync_streams)"))
                    .as(table)
                    .isZero();
        }
    }

    /** What a mirror holds that followed the clinic all the time. */
    static Map<String, Set<String>> fresh(Flavor flavor) throws InterruptedException {
        TestDatabase database = TestDatabase.installed(flavor);
        try (HikariDataSource pool = database.pool()) {
            createTables(database, pool);
            mirror(pool, first(), second(), third());
        }
        return contents(database);
    }
}
