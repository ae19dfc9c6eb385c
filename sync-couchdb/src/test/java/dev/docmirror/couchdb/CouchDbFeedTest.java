package dev.docmirror.couchdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.couchdb.Pages.conflict;
import static dev.docmirror.couchdb.Pages.page;
import static dev.docmirror.couchdb.Pages.row;
import static dev.docmirror.couchdb.Pages.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Pages, batches and positions. */
@Timeout(60)
class CouchDbFeedTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);

    @Test
    void poll_pageTruncatedAtEveryByte_isTransientAndSkipsNothing() throws Exception {
        byte[] page = page("9-z", 0, row("ü", "2-b")).stripTrailing().getBytes(StandardCharsets.UTF_8);
        AtomicInteger end = new AtomicInteger();
        List<String> since = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    since.add(call.since());
                    if (end.get() < page.length) {
                        call.head(200, page.length);
                        call.out.write(page, 0, end.get());
                        throw new IOException("cut");
                    }
                    call.bytes(200, page);
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.of(Position.of("1-x")))) {
            for (int i = 0; i < page.length; i++) {
                end.set(i);
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            }
            end.set(page.length);
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertThat(ids(batch)).containsExactly("ü");
            assertThat(batch.position()).isEqualTo(Position.of("9-z"));
            assertThat(since).hasSize(page.length + 1).containsOnly("1-x");
        }
    }

    @Test
    void poll_chunkedAnswerCutAtEveryChunk_isTransient() throws Exception {
        String[] chunks = {
            "{\"results\":[\n", row("a", "1-a"), ",\r\n" + row("b", "1-b"), "\n],\n", "\"last_seq\":1}", "\n"
        };
        AtomicInteger sent = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.chunkedHead();
                    for (int i = 0; i < sent.get(); i++) {
                        call.chunk(chunks[i]);
                    }
                    throw new IOException("cut");
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            for (int i = 0; i <= chunks.length; i++) {
                sent.set(i);
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            }
        }
    }

    @Test
    void poll_pageBeyondTheBytesOfABatch_goesOnInTheSameAnswer() throws Exception {
        String text = "\"x\":\"" + "y".repeat(1_000) + "\"";
        String[] rows = new String[10];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row("d" + i, "1-a", text);
        }
        rows[3] = rows[3].replace("\"seq\":null", "\"seq\":\"3-inner\"");
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(
                        200, call.since().equals("0") ? page("1-x", 10, row("small", "1-a")) : page("9-z", 5, rows)));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(10, 3_500);
            feed.poll(limits, Duration.ZERO); // rows look small from here on
            List<String> seen = new ArrayList<>();
            List<String> positions = new ArrayList<>();
            List<Long> pending = new ArrayList<>();
            while (seen.size() < rows.length) {
                ChangeBatch batch = feed.poll(limits, Duration.ZERO);
                seen.addAll(ids(batch));
                positions.add(batch.position().value());
                pending.add(batch.pending().orElseThrow());
                assertThat(batch.bytes()).isLessThanOrEqualTo(limits.bytes());
            }
            assertThat(pending).as("counted down, and told anew").containsExactly(7L, 4L, 1L, 5L);
            assertThat(seen).doesNotHaveDuplicates().hasSize(rows.length);
            assertThat(positions).containsExactly("1-x", "3-inner", "3-inner", "9-z");
            assertThat(server.calls()).hasSize(2);
        }
    }

    @Test
    void poll_fullPage_endsWithItsPositionInTheSameBatch() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(
                        call -> call.json(200, page("s" + call.limit(), 7, rows(call.limit()))));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(new BatchLimits(4, 1_000_000), Duration.ZERO);
            assertThat(batch.changes()).hasSize(4);
            assertThat(batch.position()).isEqualTo(Position.of("s4"));
            assertThat(batch.pending()).hasValue(7);
            assertThat(batch.caughtUp()).isFalse();
        }
    }

    @Test
    void poll_farBehind_asksForSeveralBatchesAndKnowsThePositionOfEach() throws Exception {
        List<Integer> limits = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    limits.add(call.limit());
                    call.json(200, tail(call, 14));
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            List<String> batches = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                ChangeBatch batch = feed.poll(new BatchLimits(2, 1_000_000), Duration.ZERO);
                batches.add(batch.changes().size() + " to " + batch.position().value() + ", pending "
                        + batch.pending().orElse(-1) + (batch.caughtUp() ? ", all" : ""));
            }
            assertThat(batches)
                    .containsExactly(
                            "2 to 2, pending 12",
                            "2 to 4, pending 10",
                            "2 to 6, pending 8",
                            "2 to 8, pending 6",
                            "2 to 10, pending 4",
                            "1 to 11, pending 3",
                            "2 to 13, pending 1",
                            "1 to 14, pending 0",
                            "0 to 14, pending 0, all");
            assertThat(limits).containsExactly(2, 9, 9, 9);
        }
    }

    /** The rest of some single changes, numbered from 1, with the positions that CouchDB tells. */
    private static String tail(ScriptedServer.Call call, int changes) {
        int since = Integer.parseInt(call.since());
        String[] rows = new String[Math.min(call.limit(), changes - since)];
        for (int i = 0; i < rows.length; i++) {
            String row = row("d" + (since + i + 1), "1-a");
            boolean told = (call.limit() - i) % call.seqInterval() == 0;
            rows[i] = told ? row.replace("\"seq\":null", "\"seq\":\"" + (since + i + 1) + "\"") : row;
        }
        int last = since + rows.length;
        return page(Integer.toString(last), changes - last, rows);
    }

    @Test
    void poll_pageOfSeveralBatchesBreaksOff_goesOnBehindTheLastOneWithSingleOnes() throws Exception {
        List<Integer> limits = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    limits.add(call.limit());
                    byte[] page = tail(call, 100).getBytes(StandardCharsets.UTF_8);
                    if (call.limit() > 4) {
                        call.head(200, page.length);
                        call.out.write(page, 0, page.length / 2);
                        throw new IOException("cut");
                    }
                    call.bytes(200, page);
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits four = new BatchLimits(4, 1_000_000);
            List<String> positions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                positions.add(feed.poll(four, Duration.ZERO).position().value());
            }
            assertThatThrownBy(() -> feed.poll(four, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            ChangeBatch next = feed.poll(four, Duration.ZERO);
            positions.add(next.position().value());
            assertThat(positions).containsExactly("4", "8", "12", "16");
            assertThat(ids(next)).containsExactly("d13", "d14", "d15", "d16");
            assertThat(limits).containsExactly(4, 19, 4);
        }
    }

    @Test
    void poll_shortPageOverSeveralPolls_isNotTheEnd() throws Exception {
        AtomicInteger changes = new AtomicInteger(1);
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(200, tail(call, changes.get())));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(2, 1_000_000);
            assertThat(feed.poll(limits, Duration.ZERO).caughtUp()).isFalse();
            changes.set(4);
            assertThat(ids(feed.poll(limits, Duration.ZERO))).containsExactly("d2", "d3");
            changes.set(5); // while the first batch of that page was mirrored
            ChangeBatch batch = feed.poll(limits, Duration.ZERO);
            assertThat(ids(batch)).containsExactly("d4");
            assertThat(batch.caughtUp()).isFalse();
            batch = feed.poll(limits, Duration.ZERO);
            assertThat(ids(batch)).containsExactly("d5");
            assertThat(batch.caughtUp()).isTrue();
        }
    }

    @Test
    void poll_lastRowOfABatchDoesNotFit_theNextOnesEndWhereTheyShould() throws Exception {
        String[] rows = rows(19);
        rows[15] = row("large", "1-a", "\"x\":\"" + "y".repeat(1_000) + "\"");
        try (ScriptedServer server = ScriptedServer.database(call ->
                        call.json(200, page("s" + call.limit(), 0, call.limit() == 4 ? rows(4) : rows)));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            List<Integer> sizes = new ArrayList<>();
            ChangeBatch batch = null;
            for (int i = 0; i < 7; i++) {
                batch = feed.poll(new BatchLimits(4, i == 0 ? 1_000_000 : 1_020), Duration.ZERO);
                sizes.add(batch.changes().size());
            }
            assertThat(sizes).containsExactly(4, 4, 4, 4, 3, 1, 3);
            assertThat(batch.position()).isEqualTo(Position.of("s19"));
        }
    }

    @Test
    void poll_rowsGrowHeavy_positionsComeCloserAtOnce() throws Exception {
        String text = "y".repeat(1_000);
        List<Integer> limits = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    limits.add(call.limit());
                    String page = tail(call, 1_000);
                    call.json(200, call.since().equals("0") ? page : page.replace("\"n\":1", "\"n\":\"" + text + "\""));
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            List<Integer> told = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                told.add(Integer.valueOf(feed.poll(new BatchLimits(20, i == 0 ? 1_000_000 : 5_000), Duration.ZERO)
                        .position()
                        .value()));
            }
            assertThat(told).isSorted();
            assertThat(told.subList(0, 6)).containsExactly(20, 20, 20, 20, 20, 40);
            assertThat(told.get(6))
                    .as("the rest of that page is not waited for")
                    .isBetween(41, 44);
            assertThat(limits.get(1)).isEqualTo(99);
        }
    }

    @Test
    void poll_eachRowIsMoreThanABatchMayHold_pagesAreStillReadToTheirEnds() throws Exception {
        List<Integer> limits = new CopyOnWriteArrayList<>();
        String text = "y".repeat(1_000);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    limits.add(call.limit());
                    call.json(200, tail(call, 9).replace("\"n\":1", "\"n\":\"" + text + "\""));
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            for (int i = 1; i <= 9; i++) {
                assertThat(ids(feed.poll(new BatchLimits(10, 500), Duration.ZERO)))
                        .containsExactly("d" + i);
            }
            assertThat(limits).containsExactly(1, 4, 4);
        }
    }

    @Test
    void poll_pageEndsWhereABatchDoes_isKnownInThatBatch() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call ->
                        call.json(200, page("s" + call.limit(), 0, rows(call.limit() == 2 ? 2 : 4))));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(2, 1_000_000);
            assertThat(feed.poll(limits, Duration.ZERO).position()).isEqualTo(Position.of("s2"));
            assertThat(feed.poll(limits, Duration.ZERO).changes()).hasSize(2);
            ChangeBatch batch = feed.poll(limits, Duration.ZERO);
            assertThat(batch.changes()).hasSize(2);
            assertThat(batch.position()).isEqualTo(Position.of("s9"));
        }
    }

    @Test
    void poll_documentTwiceInAPage_comesOnceAtItsLastRow() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(
                        200,
                        page("9", 0, row("a", "1-a"), row("b", "1-b"), row("_design/x", "1-d"), row("a", "2-a"))));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertThat(batch.changes())
                    .extracting(change -> change.winner().toString())
                    .containsExactly("b@1-b", "a@2-a");
        }
    }

    @Test
    void poll_onlyDesignDocuments_stillAdvances() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.database(call -> call.json(200, page("9-z", 0, row("_design/x", "1-d"))));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertThat(batch.changes()).isEmpty();
            assertThat(batch.position()).isEqualTo(Position.of("9-z"));
        }
    }

    @Test
    void poll_lastSeqOfAnyKind_isSentBackAsItWas() throws Exception {
        String[] tokens = {"\"12-g1AA+/= &%ü\\\"\"", "12", "[7,\"x y\"]"};
        String[] expected = {"12-g1AA%2B%2F%3D%20%26%25%C3%BC%22", "12", "%5B7%2C%22x%20y%22%5D"};
        for (int i = 0; i < tokens.length; i++) {
            String token = tokens[i];
            List<String> since = new CopyOnWriteArrayList<>();
            try (ScriptedServer server = ScriptedServer.database(call -> {
                        since.add(call.since());
                        call.json(200, "{\"results\":[],\"last_seq\":" + token + "}");
                    });
                    CouchDbChangeSource source = source(server).build();
                    ChangeFeed feed = source.open(Optional.empty())) {
                ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
                try (ChangeFeed resumed = source.open(Optional.of(batch.position()))) {
                    resumed.poll(LIMITS, Duration.ZERO);
                }
            }
            assertThat(since).containsExactly("0", expected[i]);
        }
    }

    @Test
    void poll_caughtUp_needsAnEmptyPageOrTwoShortOnes() throws Exception {
        String[] answers = {
            page("1", 0, row("a", "1-a")), // short, but the first: may be a node that lags
            page("2", 3), // empty, but more are pending
            page("3", 0, row("b", "1-b")), // short behind one that was not
            page("4", 0, row("c", "1-c")), // the second short one
            page("5", 0), // empty
            "{\"results\":[],\"last_seq\":6}", // pending unknown
        };
        AtomicInteger next = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(200, answers[next.getAndIncrement()]));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            List<Boolean> caughtUp = new ArrayList<>();
            for (int i = 0; i < answers.length; i++) {
                caughtUp.add(feed.poll(LIMITS, Duration.ZERO).caughtUp());
            }
            assertThat(caughtUp).containsExactly(false, false, false, true, true, true);
        }
    }

    @Test
    void poll_malformedSince_isRefusedAndNeverReplaced() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call ->
                        call.json(400, "{\"error\":\"bad_request\",\"reason\":\"Malformed sequence secret-seq\"}"));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.of(Position.of("secret-seq")))) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                        .isInstanceOf(InvalidPositionException.class)
                        .hasMessageContaining("GET /db/_changes")
                        .hasMessageContaining("reset the stream")
                        .hasMessageNotContaining("secret-seq");
            }
        }
    }

    @Test
    void poll_badRequestFromAProxy_isNotThePositionsFault() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(400, "<html>too large</html>"));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.of(Position.of("x")))) {
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(SourceUnavailableException.class);
        }
    }

    @Test
    void poll_bodyBeyondTheReader_isUnreadableAlone() throws Exception {
        String large = row("large", "1-a", "\"x\":\"" + "y".repeat(3_000_000) + "\"");
        try (ScriptedServer server = ScriptedServer.database(
                        call -> call.json(200, page("9", 0, row("a", "1-a"), large, row("b", "1-b"))));
                CouchDbChangeSource source = source(server)
                        .documentReader(DocumentReader.defaults().withMaxBytes(1_000_000))
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertThat(ids(batch)).containsExactly("a", "large", "b");
            assertUnreadable(batch.changes().get(1), "maxBytes 1000000");
            assertThat(batch.changes().get(2).winner().body().get("n").intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void poll_revisionThatCantBeOrdered_isUnreadableAlone() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(
                        200,
                        page(
                                "9",
                                0,
                                row("zero", "0-abc"),
                                row("long", "99999999999999999999-abc"),
                                row("bare", "5-"),
                                conflict("both", "2-a", "0-b"),
                                row("fine", "1-a"))));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertThat(ids(batch)).containsExactly("zero", "long", "bare", "both", "fine");
            batch.changes().subList(0, 4).forEach(change -> assertUnreadable(change, "can't be ordered"));
            assertThat(server.calls()).containsExactly("GET /db/_changes");
        }
    }

    @Test
    void poll_gzippedAnswer_isUnpacked() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(
                        call -> call.gzip(page("9", 0, row("a", "1-a")).getBytes(StandardCharsets.UTF_8)));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertThat(ids(feed.poll(LIMITS, Duration.ZERO))).containsExactly("a");
            assertThat(ids(feed.poll(LIMITS, Duration.ZERO))).containsExactly("a");
        }
    }

    @Test
    void poll_gzipBomb_isPassedOverInConstantMemory() throws Exception {
        byte[] bomb = page("9", 0, row("bomb", "1-a", "\"x\":\"" + "y".repeat(100_000_000) + "\""), row("b", "1-b"))
                .getBytes(StandardCharsets.UTF_8);
        try (ScriptedServer server = ScriptedServer.database(call -> call.gzip(bomb));
                CouchDbChangeSource source = source(server)
                        .documentReader(DocumentReader.defaults().withMaxBytes(10_000))
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertUnreadable(batch.changes().get(0), "maxBytes 10000");
            assertThat(ids(batch)).containsExactly("bomb", "b");
        }
    }

    @Test
    void poll_pagesThatBreakOff_getSmallerUntilOneLives() throws Exception {
        List<Integer> limits = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    limits.add(call.limit());
                    byte[] page = page("s", 9, rows(call.limit())).getBytes(StandardCharsets.UTF_8);
                    if (page.length > 3_000) { // a proxy that allows so much
                        call.head(200, page.length);
                        call.out.write(page, 0, 3_000);
                        throw new IOException("cut");
                    }
                    call.bytes(200, page);
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            int failures = 0;
            ChangeBatch batch = null;
            while (batch == null) {
                try {
                    batch = feed.poll(new BatchLimits(256, 16_000_000), Duration.ZERO);
                } catch (TransientSyncException e) {
                    failures++;
                }
            }
            assertThat(limits).startsWith(256, 128, 64, 32);
            assertThat(failures).isLessThan(8);
            assertThat(batch.changes()).isNotEmpty();
        }
    }

    static CouchDbChangeSource.Builder source(ScriptedServer server) {
        return CouchDbChangeSource.builder(server.url());
    }

    static List<String> ids(ChangeBatch batch) {
        return batch.changes().stream().map(change -> change.id().value()).toList();
    }

    static void assertUnreadable(DocumentChange change, String reason) {
        assertThatThrownBy(() -> change.winner().body())
                .isInstanceOf(MappingException.class)
                .hasMessageContaining(reason);
    }
}
