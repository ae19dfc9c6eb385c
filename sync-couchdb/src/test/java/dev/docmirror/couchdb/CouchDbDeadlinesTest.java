package dev.docmirror.couchdb;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.couchdb.CouchDbFeedTest.ids;
import static dev.docmirror.couchdb.CouchDbFeedTest.source;
import static dev.docmirror.couchdb.Pages.page;
import static dev.docmirror.couchdb.Pages.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Silence, trickles, waiting and being stopped while waiting. */
@Timeout(60)
class CouchDbDeadlinesTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);
    private static final Duration SHORT = Duration.ofMillis(400);

    @Test
    void poll_serverSilent_endsAtTheDeadline() throws Exception {
        try (ScriptedServer server = hanging();
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertEndsInTime(feed);
        }
    }

    @Test
    void poll_headThenSilence_endsAtTheDeadline() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.chunkedHead();
                    call.chunk("{\"results\":[\n");
                    await(done);
                });
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertEndsInTime(feed);
            done.countDown();
        }
    }

    @Test
    void poll_trickle_endsAtTheDeadline() throws Exception {
        String page = page("9", 0, Pages.rows(200));
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.head(200, page.length());
                    for (int i = 0; i < page.length(); i++) {
                        call.out.write(page.charAt(i));
                        call.out.flush();
                        await(new CountDownLatch(1), 20);
                    }
                });
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertEndsInTime(feed);
        }
    }

    @Test
    void read_silence_endsAtTheDeadline() throws Exception {
        try (ScriptedServer server = hanging();
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build()) {
            assertThatThrownBy(() -> source.read(List.of(DocumentId.of("a"))))
                    .isInstanceOf(TransientSyncException.class)
                    .hasMessageContaining("PT0.4S");
        }
    }

    private static void assertEndsInTime(ChangeFeed feed) {
        long began = System.nanoTime();
        assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                .isInstanceOf(TransientSyncException.class)
                .hasMessage(
                        "GET /db/_changes did not end within PT0.4S of waiting; the server or the line is too slow");
        assertThat(System.nanoTime() - began).isBetween(SHORT.toNanos(), TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void poll_slowButSteady_isNotEnded() throws Exception {
        // 100 kB in 40 pieces take three times the deadline, at far more than 4 KiB a second
        String padding = "\"x\":\"" + "y".repeat(2_400) + "\"";
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.chunkedHead();
                    call.chunk("{\"results\":[\n");
                    for (int i = 0; i < 40; i++) {
                        call.chunk((i == 0 ? "" : ",") + row("d" + i, "1-a", padding));
                        await(new CountDownLatch(1), 30);
                    }
                    call.chunk("],\"last_seq\":\"9\",\"pending\":0}");
                    call.lastChunk();
                });
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertThat(feed.poll(LIMITS, Duration.ZERO).changes()).hasSize(40);
        }
    }

    @Test
    void poll_consumerSlowBetweenPolls_isNotEnded() throws Exception {
        String padding = "\"x\":\"" + "y".repeat(300_000) + "\"";
        String[] rows = new String[20];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row("d" + i, "1-a", padding);
        }
        AtomicInteger pages = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.json(200, pages.getAndIncrement() == 0 ? page("1", 9, row("s", "1-a")) : page("9", 0, rows));
                });
                CouchDbChangeSource source =
                        source(server).requestTimeout(SHORT).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(20, 2_000_000);
            feed.poll(limits, Duration.ZERO);
            int documents = 0;
            while (documents < rows.length) {
                documents += feed.poll(limits, Duration.ZERO).changes().size();
                await(new CountDownLatch(1), 2 * SHORT.toMillis());
            }
            assertThat(pages).hasValue(2);
        }
    }

    @Test
    void poll_waitingAtTheEnd_isAnsweredAtOnceByAChange() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch change = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.isLongpoll()) {
                        call.chunkedHead();
                        call.chunk("{\"results\":[\n");
                        waiting.countDown();
                        await(change);
                        call.chunk(row("a", "1-a") + "\n],\n\"last_seq\":\"2\",\"pending\":0}\n");
                        call.chunk("\n");
                        call.lastChunk();
                    } else {
                        call.json(200, page("1", 0));
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            FutureTask<ChangeBatch> poll = start(() -> feed.poll(LIMITS, Duration.ofMinutes(10)));
            await(waiting);
            long began = System.nanoTime();
            change.countDown();
            ChangeBatch batch = poll.get(10, TimeUnit.SECONDS);
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
            assertThat(ids(batch)).containsExactly("a");
            assertThat(batch.caughtUp()).isTrue();
            assertThat(server.calls()).hasSize(2); // one page, one longpoll, no page behind it
        }
    }

    @Test
    void poll_zeroWait_neverWaits() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.isLongpoll()) {
                        throw new IOException("not expected");
                    }
                    call.json(200, page("1", 0));
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            for (int i = 0; i < 3; i++) {
                assertThat(feed.poll(LIMITS, Duration.ZERO).caughtUp()).isTrue();
            }
        }
    }

    @Test
    void poll_longpollThatNeverEnds_isReplacedByAPage() throws Exception {
        AtomicInteger pages = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.isLongpoll()) {
                        assertThat(call.query).contains("timeout=50");
                        call.chunkedHead();
                        call.chunk("{\"results\":[\n");
                        for (int i = 0; i < 200 && done.getCount() > 0; i++) {
                            call.chunk("\n"); // heartbeats of a proxy
                            await(done, 100);
                        }
                    } else {
                        call.json(200, pages.getAndIncrement() == 0 ? page("1", 0) : page("2", 0, row("a", "1-a")));
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            feed.poll(LIMITS, Duration.ZERO);
            ChangeBatch batch = feed.poll(LIMITS, Duration.ofMillis(50));
            assertThat(ids(batch)).containsExactly("a");
            done.countDown();
        }
    }

    @Test
    void poll_longpollThatEndsAtOnceWithNothing_isNoBusyLoop() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(200, page("1", 0)));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            feed.poll(LIMITS, Duration.ZERO);
            long began = System.nanoTime();
            assertThat(feed.poll(LIMITS, Duration.ofMillis(700)).caughtUp()).isTrue();
            assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
        }
    }

    @Test
    void close_whileTheServerIsSilent_endsThePollPromptly() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    asked.countDown();
                    await(new CountDownLatch(1), 30_000);
                });
                CouchDbChangeSource source = source(server).build()) {
            ChangeFeed feed = source.open(Optional.empty());
            FutureTask<ChangeBatch> poll = start(() -> feed.poll(LIMITS, Duration.ZERO));
            await(asked);
            feed.close();
            assertThatThrownBy(() -> poll.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(TransientSyncException.class);
            assertThat(feed.poll(LIMITS, Duration.ofMinutes(10)).changes()).isEmpty();
        }
    }

    @Test
    void close_ofTheSource_endsItsFeedsAndRefusesMore() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
            asked.countDown();
            await(new CountDownLatch(1), 30_000);
        })) {
            CouchDbChangeSource source = source(server).build();
            ChangeFeed feed = source.open(Optional.empty());
            FutureTask<ChangeBatch> poll = start(() -> feed.poll(LIMITS, Duration.ZERO));
            await(asked);
            source.close();
            source.close();
            assertThatThrownBy(() -> poll.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(TransientSyncException.class);
            assertThatThrownBy(source::identity).isInstanceOf(SourceUnavailableException.class);
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(SourceUnavailableException.class);
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.isAlive() && thread.getName().equals("docmirror-couchdb-watchdog"));
        }
    }

    @Test
    void poll_interruptedWhileTheServerIsSilent_throwsPromptly() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    asked.countDown();
                    await(new CountDownLatch(1), 30_000);
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            FutureTask<ChangeBatch> poll = new FutureTask<>(() -> feed.poll(LIMITS, Duration.ZERO));
            Thread thread = new Thread(poll, "polling");
            thread.start();
            await(asked);
            thread.interrupt();
            assertThatThrownBy(() -> poll.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private static ScriptedServer hanging() throws IOException {
        return ScriptedServer.database(call -> await(new CountDownLatch(1), 30_000));
    }

    private static FutureTask<ChangeBatch> start(Callable<ChangeBatch> poll) {
        FutureTask<ChangeBatch> task = new FutureTask<>(poll);
        Thread thread = new Thread(task, "polling");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void await(CountDownLatch latch) throws IOException {
        await(latch, 30_000);
    }

    private static void await(CountDownLatch latch, long millis) throws IOException {
        try {
            latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
