package dev.docmirror.couchdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import dev.docmirror.change.BatchLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PageSizeTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 1_000_000);

    @Test
    void rows_ofAverageDocuments_areABatch() throws IOException {
        PageSize size = new PageSize();
        assertThat(size.rows(new BatchLimits(1_000, 16L * 1024 * 1024))).isEqualTo(1_000);
        size.completed(page(10, 800), 1);
        assertThat(size.rows(LIMITS)).isEqualTo(1_000);
        assertThat(size.rows(new BatchLimits(3, 1))).isEqualTo(1);
    }

    @Test
    void rows_ofLargeDocuments_fitTheBytes() throws IOException {
        PageSize size = new PageSize();
        size.completed(page(10, 50_000), 1);
        assertThat(size.rows(LIMITS)).isBetween(10, 16);
        for (int i = 0; i < 20; i++) {
            size.completed(page(10, 500), 1);
        }
        assertThat(size.rows(LIMITS)).isEqualTo(1_000);
        size.completed(page(0, 0), 1);
        assertThat(size.rows(LIMITS)).isEqualTo(1_000);
    }

    @Test
    void rows_afterBreaks_halveAndGrowAgain() throws IOException {
        PageSize size = new PageSize();
        size.completed(page(10, 500), 1);
        size.brokeOff(1_000, 1);
        assertThat(size.rows(LIMITS)).isEqualTo(500);
        size.brokeOff(500, 1);
        size.brokeOff(1, 1);
        assertThat(size.rows(LIMITS)).isEqualTo(1);
        int[] expected = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 1_000};
        for (int rows : expected) {
            size.completed(page(10, 500), 1);
            assertThat(size.rows(LIMITS)).isEqualTo(rows);
        }
        for (int i = 0; i < 100; i++) {
            size.completed(page(10, 500), 1);
        }
        assertThat(size.rows(LIMITS)).isEqualTo(1_000);
    }

    @Test
    void batches_beforeAPageAndAfterABreak_isOne() throws IOException {
        PageSize size = new PageSize();
        assertThat(size.batches()).isEqualTo(1);
        size.completed(page(10, 500), 1);
        assertThat(size.batches()).isEqualTo(5);
        size.brokeOff(1_000, 1);
        assertThat(size.batches()).isEqualTo(1);
        assertThat(pagesOfOneBatch(size)).isGreaterThan(9);
    }

    @Test
    void batches_tooMuchForThoseInBetween_areTriedLessAndLess() throws IOException {
        PageSize size = new PageSize();
        size.completed(page(10, 500), 1);
        size.brokeOff(1_000, 5);
        assertThat(size.rows(LIMITS)).as("the batch was not too much").isEqualTo(1_000);
        assertThat(pagesOfOneBatch(size)).isEqualTo(16);
        size.brokeOff(1_000, 5);
        assertThat(pagesOfOneBatch(size)).isEqualTo(32);
        size.brokeOff(1_000, 5);
        assertThat(pagesOfOneBatch(size)).isEqualTo(64);
        for (int i = 0; i < 5; i++) {
            size.completed(page(10, 500), 5);
        }
        size.brokeOff(1_000, 5);
        assertThat(pagesOfOneBatch(size)).as("after some that went well").isEqualTo(16);
    }

    private static int pagesOfOneBatch(PageSize size) throws IOException {
        int pages = 0;
        for (; size.batches() == 1; pages++) {
            size.completed(page(10, 500), 1);
        }
        return pages;
    }

    private static ChangesPage page(int rows, int bytesEach) throws IOException {
        String[] all = new String[rows];
        int frame = Pages.doc("d", "1-a", "\"x\":\"\"").length();
        for (int i = 0; i < rows; i++) {
            all[i] = Pages.row("d", "1-a", "\"x\":\"" + "y".repeat(bytesEach - frame) + "\"");
        }
        byte[] bytes = Pages.page("1", 0, all).getBytes(StandardCharsets.UTF_8);
        ChangesPage page = new ChangesPage(new JsonCutter(Pieces.of(bytes, 8_000)), 1_000, 1_000_000);
        while (page.next() != null) {
            assertThat(page.isComplete()).isFalse();
        }
        return page;
    }
}
