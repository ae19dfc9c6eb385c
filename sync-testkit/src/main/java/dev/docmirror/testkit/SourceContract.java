package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the contract tests of a source share: the fixture's life, and reading a feed to its end. */
@Timeout(120)
abstract class SourceContract {
    static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);
    static final Duration LONG = Duration.ofMinutes(10);

    /** Above each revision a server makes up, at its generation. */
    static final String HIGHEST = "f".repeat(32);

    /** Below each revision a server makes up, at its generation. */
    static final String LOWEST = "0".repeat(31) + "1";

    private SourceFixture fixture;

    /** Opens a fixture on an empty database; asked before each test. */
    protected abstract SourceFixture openSource() throws Exception;

    @BeforeEach
    void openFixture() throws Exception {
        fixture = openSource();
    }

    @AfterEach
    void closeFixture() {
        if (fixture != null) {
            fixture.close();
        }
    }

    SourceFixture upstream() {
        return fixture;
    }

    ChangeSource source() {
        return fixture.source();
    }

    ChangeFeed open() {
        return source().open(Optional.empty());
    }

    ChangeFeed open(Position after) {
        return source().open(Optional.of(after));
    }

    static DocumentId id(String value) {
        return DocumentId.of(value);
    }

    /** Writes documents {@code doc-0} and so on with a number as body. */
    List<DocumentId> putMany(int count) {
        List<DocumentId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(id("doc-" + i));
            fixture.put(ids.get(i), "{\"n\":" + i + "}");
        }
        return ids;
    }

    /** The state of one document as a feed from the beginning tells it. */
    DocumentChange fromFeed(DocumentId wanted) throws InterruptedException {
        try (ChangeFeed feed = open()) {
            return drain(feed).of(wanted);
        }
    }

    static Drained drain(ChangeFeed feed) throws InterruptedException {
        return drain(feed, LIMITS);
    }

    /** Polls until the feed says that its end is reached. */
    static Drained drain(ChangeFeed feed, BatchLimits limits) throws InterruptedException {
        List<ChangeBatch> batches = new ArrayList<>();
        ChangeBatch batch;
        do {
            batch = feed.poll(limits, Duration.ZERO);
            batches.add(batch);
        } while (!batch.caughtUp());
        return new Drained(batches);
    }

    /** Runs a task on a thread of its own. */
    static <T> Running<T> start(Callable<T> task) {
        FutureTask<T> result = new FutureTask<>(task);
        Thread thread = new Thread(result, "contract-test");
        thread.setDaemon(true);
        thread.start();
        return new Running<>(thread, result);
    }

    record Running<T>(Thread thread, FutureTask<T> result) {}

    /** The batches up to the end of a feed. */
    record Drained(List<ChangeBatch> batches) {
        /** Each document at the state that came last. */
        Map<DocumentId, DocumentChange> changes() {
            Map<DocumentId, DocumentChange> newest = new LinkedHashMap<>();
            batches.forEach(batch -> batch.changes().forEach(change -> newest.put(change.id(), change)));
            return newest;
        }

        /** The newest state of a document that has to be there. */
        DocumentChange of(DocumentId id) {
            DocumentChange change = changes().get(id);
            if (change == null) {
                throw new AssertionError("the feed did not name " + id);
            }
            return change;
        }

        Position position() {
            return batches.get(batches.size() - 1).position();
        }
    }

    static Revision winner(DocumentChange change) {
        return change.winner().revision();
    }
}
