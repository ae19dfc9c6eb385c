package dev.docmirror.couchdb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChangesPageTest {
    /** As CouchDB 3.5 lays it out. */
    private static final String PAGE = "{\"results\":[\n"
            + "{\"seq\":null,\"id\":\"d2\",\"changes\":[{\"rev\":\"1-b8\"}],\"doc\":{\"_id\":\"d2\",\"_rev\":\"1-b8\"}},\r\n"
            + "{\"seq\":\"2-g1AA\",\"id\":\"d\\u00e9\",\"changes\":[{\"rev\":\"2-7a\"},{\"rev\":\"2-6a\"}],\"deleted\":true,"
            + "\"doc\":{\"_id\":\"dé\",\"_rev\":\"2-7a\",\"t\":\"}]\\\"\",\"_deleted\":true}},\r\n"
            + "{\"seq\":null,\"id\":\"d4\",\"changes\":[{\"rev\":\"1-b0\"}],\"doc\":null}\n"
            + "],\n\"last_seq\":\"3-g1AAAA\",\"pending\":2}\n\n";

    @Test
    void next_splitAnywhere_cutsTheSameRows() throws IOException {
        byte[] bytes = PAGE.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            ChangesPage page = page(Pieces.cutAt(bytes, cut), 5);
            List<ChangeRow> rows = rows(page);
            assertThat(rows).extracting(row -> row.id().value()).containsExactly("d2", "dé", "d4");
            assertThat(rows).extracting(ChangeRow::seq).containsExactly(null, "2-g1AA", null);
            assertThat(rows).extracting(ChangeRow::deleted).containsExactly(false, true, false);
            assertThat(rows.get(1).revisions()).containsExactly("2-7a", "2-6a");
            assertThat(new String(rows.get(1).doc(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"_id\":\"dé\",\"_rev\":\"2-7a\",\"t\":\"}]\\\"\",\"_deleted\":true}");
            assertThat(rows.get(2).doc()).isNull();
            assertThat(rows.get(2).tooLong()).isFalse();
            assertThat(page.lastSeq()).isEqualTo("3-g1AAAA");
            assertThat(page.pending()).hasValue(2);
            assertThat(page.isShort()).isFalse();
        }
    }

    @Test
    void next_truncatedAnywhere_neverCompletes() {
        byte[] bytes = PAGE.stripTrailing().getBytes(StandardCharsets.UTF_8);
        for (int end = 0; end < bytes.length; end++) {
            ChangesPage page = page(Pieces.truncatedAt(bytes, end), 5);
            assertThatThrownBy(() -> rows(page)).isInstanceOf(MalformedAnswerException.class);
            assertThat(page.isComplete()).isFalse();
        }
    }

    @Test
    void next_otherLayout_isReadAsWell() throws IOException {
        ChangesPage page = page("""
                { "pending" : 0 , "x":[{}], "results" : [ { "doc" : { "_rev":"1-a" } , "y":{"id":"no"},
                  "changes" : [ { "z":1 , "rev" : "1-a" } ] , "id" : "a" , "seq" : [7,"x"] } ] , "last_seq" : 12 }
                """, 2);
        List<ChangeRow> rows = rows(page);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).seq()).isEqualTo("[7,\"x\"]");
        assertThat(rows.get(0).revisions()).containsExactly("1-a");
        assertThat(page.lastSeq()).isEqualTo("12");
        assertThat(page.isShort()).isTrue();
    }

    @Test
    void next_emptyPage_hasItsPosition() throws IOException {
        ChangesPage page = page("{\"results\":[\n\n\n],\n\"last_seq\":\"0-g1\",\"pending\":0}\n\n", 9);
        page.awaitContent();
        assertThat(rows(page)).isEmpty();
        assertThat(page.lastSeq()).isEqualTo("0-g1");
        assertThat(page.isShort()).isTrue();
        assertThat(page.next()).isNull();
    }

    @Test
    void next_noPending_isUnknown() throws IOException {
        ChangesPage page = page("{\"results\":[],\"last_seq\":[1,\"abc\"]}", 1);
        assertThat(rows(page)).isEmpty();
        assertThat(page.pending()).isEqualTo(OptionalLong.empty());
        assertThat(page.lastSeq()).isEqualTo("[1,\"abc\"]");
    }

    @Test
    void next_bodyTooLong_keepsTheRow() throws IOException {
        String body = "{\"_id\":\"a\",\"_rev\":\"1-a\",\"x\":\"" + "y".repeat(300_000) + "\"}";
        ChangesPage page = new ChangesPage(
                new JsonCutter(Pieces.of(
                        ("{\"results\":[{\"doc\":" + body + ",\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]},"
                                        + "{\"id\":\"b\",\"changes\":[{\"rev\":\"1-b\"}],\"doc\":{}}],\"last_seq\":1}")
                                .getBytes(StandardCharsets.UTF_8),
                        7_000)),
                9,
                100_000);
        List<ChangeRow> rows = rows(page);
        assertThat(rows).extracting(ChangeRow::tooLong).containsExactly(true, false);
        assertThat(rows).extracting(row -> row.id().value()).containsExactly("a", "b");
        assertThat(rows.get(0).doc()).isNull();
    }

    @Test
    void next_notAPage_fails() {
        for (String text : new String[] {
            "",
            "<html><body>503</body></html>",
            "{}",
            "[]",
            "null",
            "{\"error\":\"timeout\",\"reason\":\"x\"}",
            "{\"results\":{},\"last_seq\":1}",
            "{\"results\":[]}",
            "{\"results\":[],\"last_seq\":null}",
            "{\"results\":[],\"last_seq\":1}}",
            "{\"results\":[],\"last_seq\":1} {",
            "{\"results\":[,],\"last_seq\":1}",
            "{\"results\":[1],\"last_seq\":1}",
            "{\"results\":[{}],\"last_seq\":1}",
            "{\"results\":[{\"id\":\"a\"}],\"last_seq\":1}",
            "{\"results\":[{\"id\":\"a\",\"changes\":[]}],\"last_seq\":1}",
            "{\"results\":[{\"id\":1,\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1}",
            "{\"results\":[\n{\"error\":\"timeout\"}\n",
        }) {
            assertThatThrownBy(() -> rows(page(text, 9))).as(text).isInstanceOf(MalformedAnswerException.class);
        }
    }

    @Test
    void next_moreRowsThanAsked_fails() throws IOException {
        ChangesPage page = page(PAGE, 2);
        page.next();
        page.next();
        assertThatThrownBy(page::next).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void endIfReached_lastRow_completesThePageAndNoOtherDoes() throws IOException {
        ChangesPage page = page(PAGE, 9);
        int rows = rows(page(PAGE, 9)).size();
        for (int i = 1; i <= rows; i++) {
            page.next();
            page.endIfReached();
            assertThat(page.rows()).isEqualTo(i);
            assertThat(page.isComplete()).isEqualTo(i == rows);
        }
        page.endIfReached();
        assertThat(page.next()).isNull();
    }

    private static ChangesPage page(String text, int limit) {
        return page(Pieces.of(text.getBytes(StandardCharsets.UTF_8), 1_000), limit);
    }

    private static ChangesPage page(InputStream in, int limit) {
        return new ChangesPage(new JsonCutter(in), limit, 1_000_000);
    }

    private static List<ChangeRow> rows(ChangesPage page) throws IOException {
        List<ChangeRow> rows = new ArrayList<>();
        for (ChangeRow row = page.next(); row != null; row = page.next()) {
            rows.add(row);
        }
        return rows;
    }
}
