package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.List;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.monitor.SyncListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Ids and unique keys that trap naive mirrors go through the real path from server to server. */
class TrapsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LONG_ID = "x".repeat(4_000);
    private static final List<String> SHORT_IDS = List.of(
            "Abc",
            "abc",
            "abç",
            "a",
            "a ",
            "\uD83D\uDE00",
            "a/b?c=d%20",
            "`x`; DROP TABLE documents",
            "l\r\nl",
            "\u001b[31mred",
            "a\u2028b",
            "'\"\\");

    private Site site;

    @BeforeEach
    void start() {
        site = new Site();
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void ids_alikeOrLong_areRawDocumentsOfTheirOwn() throws Exception {
        writeIds();
        Site.Mirror mirror = mirrored(RawMapping.documents());
        assertThat(idsOf(mirror, "id", "documents")).containsExactlyInAnyOrderElementsOf(withLong());
        assertThat(mirror.query("SELECT JSON_UNQUOTE(JSON_EXTRACT(body, '$.name')) FROM documents WHERE id = 'a '"))
                .containsExactly(List.of("a "));
        assertThat(mirror.count("sync_dead_letters")).isZero();
    }

    @Test
    void ids_alikeOrLong_areRowsOfTheirOwnOrOneDeadLetter() throws Exception {
        writeIds();
        DocumentMapper mapper = TableMapping.builder("things")
                .key("couch_id", 255)
                .column(Column.text("name").from("/name"))
                .build();
        Site.Mirror mirror = mirrored(mapper);
        assertThat(idsOf(mirror, "couch_id", "things")).containsExactlyInAnyOrderElementsOf(SHORT_IDS);
        assertThat(mirror.query("SELECT name FROM things WHERE couch_id <> name"))
                .isEmpty();
        assertThat(mirror.query("SELECT id, kind FROM sync_dead_letters")).containsExactly(List.of(LONG_ID, "MAPPING"));

        delete("abc");
        drain(mirror, mapper);
        List<String> left = new ArrayList<>(SHORT_IDS);
        left.remove("abc");
        assertThat(idsOf(mirror, "couch_id", "things"))
                .as("after the deletion of abc alone")
                .containsExactlyInAnyOrderElementsOf(left);
    }

    @Test
    void cpt_ofTwoDocuments_givesOneRowAndOneDeadLetterUntilItChanges() throws Exception {
        Site.Mirror mirror = site.newMirror();
        site.documents().write(patient("patient:1", "SAME", "first"));
        site.drain(mirror);
        List<List<String>> before = mirror.query("SELECT couch_id, cpt, phone FROM patients");
        String revision =
                site.documents().write(patient("patient:2", "SAME", "second")).orElseThrow();
        site.drain(mirror);
        assertThat(before).containsExactly(List.of("patient:1", "SAME", "first"));
        assertThat(mirror.query("SELECT couch_id, cpt, phone FROM patients")).isEqualTo(before);
        assertThat(mirror.query("SELECT id, revision, kind, reason FROM sync_dead_letters"))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .startsWith("patient:2", revision, "COLLISION")
                        .last()
                        .asString()
                        .contains("patients", "cpt")
                        .doesNotContain("SAME"));

        ObjectNode mended = (ObjectNode) JSON.readTree(patient("patient:2", "OTHER", "second"));
        site.documents().write(mended.put("_rev", revision).toString());
        site.drain(mirror);
        assertThat(mirror.query("SELECT couch_id, cpt, phone FROM patients ORDER BY couch_id"))
                .containsExactly(List.of("patient:1", "SAME", "first"), List.of("patient:2", "OTHER", "second"));
        assertThat(mirror.count("sync_dead_letters")).isZero();
    }

    @Test
    void cpt_ofTwoDocumentsInOneBatch_givesOneRowAndOneDeadLetter() throws Exception {
        site.documents().write(patient("patient:1", "SAME", "first"));
        site.documents().write(patient("patient:2", "SAME", "second"));
        Site.Mirror mirror = site.newMirror();
        site.drain(mirror);
        // Which one comes first is up to the shards they are in.
        List<List<String>> rows = mirror.query("SELECT couch_id, phone FROM patients");
        boolean first = rows.get(0).get(0).equals("patient:1");
        assertThat(rows).containsExactly(first ? List.of("patient:1", "first") : List.of("patient:2", "second"));
        assertThat(mirror.query("SELECT id FROM sync_dead_letters"))
                .containsExactly(List.of(first ? "patient:2" : "patient:1"));
    }

    private void writeIds() throws Exception {
        for (String id : withLong()) {
            ObjectNode document = JSON.createObjectNode().put("_id", id).put("name", id);
            assertThat(site.documents().write(document.toString())).as(id).isPresent();
        }
    }

    private static List<String> withLong() {
        List<String> ids = new ArrayList<>(SHORT_IDS);
        ids.add(LONG_ID);
        return ids;
    }

    private void delete(String id) throws Exception {
        String revision = JSON.readTree(site.documents().get(id)).get("_rev").asString();
        ObjectNode tombstone =
                JSON.createObjectNode().put("_id", id).put("_rev", revision).put("_deleted", true);
        assertThat(site.documents().write(tombstone.toString())).isPresent();
    }

    private Site.Mirror mirrored(DocumentMapper mapper) throws InterruptedException {
        Site.Mirror mirror = site.newMirror(mapper);
        drain(mirror, mapper);
        return mirror;
    }

    private void drain(Site.Mirror mirror, DocumentMapper mapper) throws InterruptedException {
        try (SyncWorker worker =
                site.worker(site.source(), mapper, mirror.pool(), SyncOptions.defaults(), SyncListener.logging())) {
            worker.runOnce();
        }
    }

    private static List<String> idsOf(Site.Mirror mirror, String column, String table) {
        return mirror.query("SELECT " + column + " FROM " + table).stream()
                .map(row -> row.get(0))
                .toList();
    }

    private static String patient(String id, String cpt, String phone) {
        ObjectNode document = JSON.createObjectNode().put("_id", id).put("type", "clinicalPatient");
        document.putObject("patient").put("cpt", cpt).put("phone", phone);
        return document.toString();
    }
}
