package dev.docmirror.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.webhook.WebhookChangeSource;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookDelivery.Kind;
import dev.docmirror.webhook.WebhookInbox;
import dev.docmirror.webhook.WebhookInbox.Entry;
import dev.docmirror.webhook.WebhookInbox.Page;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link WebhookInbox} has to keep: no delivery is lost or taken twice, and none appears behind a reader. The
 * {@link WebhookChangeSource} on it passes the contracts of a source.
 */
@Timeout(120)
public abstract class WebhookInboxContractTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 1 << 24);
    private static final DocumentId NOTE = DocumentId.of("note");

    private WebhookInbox inbox;

    /** An empty inbox; asked before each test. */
    protected abstract WebhookInbox openInbox() throws Exception;

    /** Deletes the inbox opened last and makes it anew, empty. */
    protected abstract void recreateInbox();

    @BeforeEach
    void open() throws Exception {
        inbox = openInbox();
    }

    @Nested
    class Source extends ChangeSourceContractTest {
        @Override
        protected SourceFixture openSource() {
            return new WebhookFixture(inbox, WebhookInboxContractTest.this::recreateInbox);
        }

        @Override
        protected boolean knowsAncestry() {
            return false;
        }
    }

    @Nested
    class Feed extends ChangeFeedContractTest {
        @Override
        protected SourceFixture openSource() {
            return new WebhookFixture(inbox, WebhookInboxContractTest.this::recreateInbox);
        }
    }

    @Test
    void append_everyKind_isReadInOrder() {
        assertThat(inbox.append(changed("1", NOTE, "{\"_id\":\"x\",\"n\":1.50,\"_rev\":\"1-x\",\"text\":\"ü\"}")))
                .isTrue();
        assertThat(inbox.append(WebhookDelivery.named("2", DocumentId.of("other"))))
                .isTrue();
        assertThat(inbox.append(WebhookDelivery.deleted("3", NOTE))).isTrue();
        Page page = inbox.after(0, LIMITS);
        assertThat(page.entries()).extracting(Entry::kind).containsExactly(Kind.CHANGED, Kind.NAMED, Kind.DELETED);
        assertThat(page.entries()).extracting(Entry::generation).containsExactly(1L, 1L, 2L);
        assertThat(page.entries()).extracting(Entry::number).isSorted().doesNotHaveDuplicates();
        assertThat(new String(page.entries().get(0).body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"n\":1.50,\"text\":\"ü\"}");
        assertThat(page.last()).isEqualTo(page.entries().get(2).number());
        assertThat(page.purgedTo()).isZero();
        assertThat(page.incarnation()).isEqualTo(inbox.identity().incarnation());
        assertThat(inbox.after(page.last(), LIMITS).entries()).isEmpty();
    }

    @Test
    void append_sameDeliveryAgain_changesNothing() {
        assertThat(inbox.append(changed("Abc", NOTE, "{\"n\":1}"))).isTrue();
        assertThat(inbox.append(changed("Abc", NOTE, "{\"n\":2}"))).isFalse();
        assertThat(inbox.append(changed("abc", NOTE, "{\"n\":3}"))).isTrue();
        assertThat(inbox.append(changed("abc ", NOTE, "{\"n\":4}"))).isTrue();
        assertThat(inbox.after(0, LIMITS).entries()).hasSize(3);
        assertThat(inbox.newest(List.of(NOTE))).singleElement().satisfies(entry -> {
            assertThat(entry.generation()).isEqualTo(3);
            assertThat(new String(entry.body(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":4}");
        });
    }

    @Test
    void newest_idsThatLookAlike_areDocumentsOfTheirOwn() {
        LookAlikes.IDS.forEach(id -> inbox.append(changed("d" + LookAlikes.IDS.indexOf(id), id, "{}")));
        assertThat(inbox.newest(LookAlikes.IDS))
                .extracting(Entry::id)
                .containsExactlyInAnyOrderElementsOf(LookAlikes.IDS);
        assertThat(inbox.newest(LookAlikes.IDS)).allMatch(entry -> entry.generation() == 1);
        assertThat(inbox.newest(List.of(NOTE))).isEmpty();
    }

    @Test
    void after_limits_boundThePage() {
        for (int i = 0; i < 7; i++) {
            inbox.append(changed("d" + i, DocumentId.of("doc-" + i), "{\"t\":\"" + "x".repeat(1_000) + "\"}"));
        }
        Page two = inbox.after(0, new BatchLimits(2, 1 << 20));
        assertThat(two.entries()).hasSize(2);
        assertThat(two.last()).isEqualTo(inbox.after(0, LIMITS).entries().get(6).number());
        assertThat(inbox.after(0, new BatchLimits(100, 2_500)).entries()).hasSize(2);
        assertThat(inbox.after(two.entries().get(1).number(), new BatchLimits(100, 1))
                        .entries())
                .singleElement()
                .extracting(entry -> entry.id().value())
                .isEqualTo("doc-2");
    }

    @Test
    void purge_mirroredEntries_keepsTheRestAndTellsWhoCameTooLate() throws InterruptedException {
        WebhookChangeSource source = WebhookChangeSource.of(inbox);
        for (int i = 0; i < 6; i++) {
            inbox.append(changed("d" + i, DocumentId.of("doc-" + i % 5), "{\"n\":" + i + "}"));
        }
        List<Entry> all = inbox.after(0, LIMITS).entries();
        Position third = position(all.get(2));
        assertThat(source.purge(third, Duration.ofHours(1))).isZero();
        assertThat(source.purge(third, Duration.ofHours(-1))).isEqualTo(3);
        assertThat(source.purge(third, Duration.ofHours(-1))).isZero();
        assertThat(inbox.newest(List.of(DocumentId.of("doc-1")))).isEmpty();

        assertThatThrownBy(() -> poll(source, Optional.of(position(all.get(1)))))
                .isInstanceOf(InvalidPositionException.class)
                .hasMessageContaining("purged");
        assertThat(poll(source, Optional.of(third))).containsExactly("doc-3", "doc-4", "doc-0");
        assertThat(poll(source, Optional.empty())).containsExactly("doc-3", "doc-4", "doc-0");
        inbox.append(changed("later", DocumentId.of("doc-1"), "{}"));
        assertThat(inbox.newest(List.of(DocumentId.of("doc-1"))))
                .extracting(Entry::generation)
                .containsExactly(2L);
    }

    @Test
    void open_beyondTheNewestEntry_isRefused() {
        inbox.append(changed("d", NOTE, "{}"));
        assertThatThrownBy(() -> poll(WebhookChangeSource.of(inbox), Optional.of(Position.of("999"))))
                .isInstanceOf(InvalidPositionException.class)
                .hasMessageContaining("earlier state");
    }

    @Test
    void append_manyAtOnceWhileRead_noneIsLostAndNoneAppearsBehind() throws Exception {
        int writers = 4;
        int each = 50;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                writing.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        inbox.append(changed(writer + "-" + i, DocumentId.of("doc-" + i % 7), "{}"));
                        inbox.append(changed("shared-" + i, DocumentId.of("shared-" + i), "{}"));
                    }
                }));
            }
            Map<Long, Entry> read = new TreeMap<>();
            long cursor = 0;
            boolean done;
            do {
                done = writing.stream().allMatch(Future::isDone);
                for (Entry entry :
                        inbox.after(cursor, new BatchLimits(17, 1 << 20)).entries()) {
                    assertThat(entry.number()).isGreaterThan(cursor);
                    read.put(entry.number(), entry);
                    cursor = entry.number();
                }
            } while (!done || cursor < inbox.after(cursor, LIMITS).last());
            for (Future<?> one : writing) {
                one.get();
            }
            assertThat(read).hasSize(writers * each + each);
            Map<DocumentId, Long> generations = new TreeMap<>();
            read.values()
                    .forEach(entry -> assertThat(entry.generation())
                            .as("generation of %s", entry)
                            .isEqualTo(generations.merge(entry.id(), 1L, Long::sum)));
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> poll(WebhookChangeSource source, Optional<Position> after) throws InterruptedException {
        try (ChangeFeed feed = source.open(after)) {
            return feed.poll(LIMITS, Duration.ZERO).changes().stream()
                    .map(change -> change.id().value())
                    .toList();
        }
    }

    private static Position position(Entry entry) {
        return Position.of(Long.toString(entry.number()));
    }

    private static WebhookDelivery changed(String delivery, DocumentId id, String json) {
        return WebhookDelivery.changed(delivery, id, json.getBytes(StandardCharsets.UTF_8));
    }
}
