package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SyncCacheTest {
    private static final long PLENTY = 50 << 20;

    @Test
    void put_tooMany_evictsTheOldest() {
        SyncCache cache = new SyncCache(3, PLENTY);
        for (int i = 0; i < 5; i++) {
            assertThat(cache.put(document("n" + i, 10))).isTrue();
        }
        cache.put(document("n2", 10));
        cache.put(document("n5", 10));
        assertThat(cache.get(DocumentId.of("n3"))).as("put longest ago").isEmpty();
        assertThat(cache.get(DocumentId.of("n2"))).isPresent();
        assertThat(cache.statistics().documents()).isEqualTo(3);
        assertThat(cache.statistics().evictions()).isEqualTo(3);
        assertThat(cache.statistics().hits()).isEqualTo(1);
    }

    @Test
    void put_tooLarge_evictsAsManyAsItTakes() {
        SyncCache cache = new SyncCache(1_000, 100_000);
        for (int i = 0; i < 50; i++) {
            cache.put(document("n" + i, 5_000));
            assertThat(cache.statistics().bytes()).isBetween(1L, 100_000L);
        }
        assertThat(cache.statistics().documents()).isBetween(5, 10);
        assertThat(cache.put(document("huge", 200_000))).isFalse();
        assertThat(cache.statistics().documents())
                .as("nobody made room in vain")
                .isBetween(5, 10);
        cache.put(document("large", 45_000));
        assertThat(cache.statistics().documents()).isOne();
    }

    @Test
    void put_again_replacesAndCountsOnce() {
        SyncCache cache = new SyncCache(10, PLENTY);
        cache.put(document("a", 10_000));
        long large = cache.statistics().bytes();
        cache.put(document("a", 10));
        assertThat(cache.statistics().documents()).isOne();
        assertThat(cache.statistics().bytes()).isLessThan(large - 9_000);
        cache.clear();
        assertThat(cache.statistics()).isEqualTo(new SyncCache.Statistics(0, 0, 0, 0));
    }

    @Test
    void lock_clearsAndTakesNothing() {
        SyncCache cache = new SyncCache(10, PLENTY);
        cache.put(document("a", 10));
        cache.lock();
        assertThat(cache.get(DocumentId.of("a"))).isEmpty();
        assertThat(cache.put(document("a", 10))).isFalse();
        assertThat(cache.statistics().bytes()).isZero();
        cache.unlock();
        assertThat(cache.put(document("a", 10))).isTrue();
    }

    @Test
    void toString_hasNoContent() {
        SyncCache cache = new SyncCache(10, PLENTY);
        LocalDocument document = document("a", 10);
        cache.put(document);
        assertThat(cache + " " + document).doesNotContain("xx");
    }

    @Test
    void bounds_notPositive_areRefused() {
        assertThatThrownBy(() -> new SyncCache(0, 1)).hasMessage("maxDocuments: must be >= 1, was 0");
        assertThatThrownBy(() -> new SyncCache(1, 0)).hasMessage("maxMemory: must be >= 1, was 0");
    }

    private static LocalDocument document(String id, int characters) {
        return new LocalDocument(
                DocumentId.of(id),
                1,
                Optional.empty(),
                false,
                JsonNodeFactory.instance.objectNode().put("name", "x".repeat(characters)),
                PushState.PENDING,
                Optional.empty(),
                Optional.empty());
    }
}
