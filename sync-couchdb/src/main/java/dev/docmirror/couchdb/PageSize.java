package dev.docmirror.couchdb;

import dev.docmirror.change.BatchLimits;

/**
 * How many rows make a batch, and how many batches a page. The server tells the position of some rows only, so those should
 * end the batches: a batch is as many rows as it may have documents, or as its bytes hold by what rows weighed lately. A
 * page has several batches, because CouchDB takes a while to begin one. When such a page broke off, the next ones have one
 * batch each. When one of those breaks off, the batch halves, so that a line that never lives through a long answer still
 * gets ahead; each page that went well doubles it again.
 */
final class PageSize {
    private static final double SHARE_OF_NEW = 0.3;
    /** What a row is taken for before one was seen. */
    private static final double FIRST_GUESS = 4096;
    /** Rows vary: rather a page too small than one that does not fit into its batch. */
    private static final double FILL = 0.8;

    /** More of them are hardly faster: what a page costs by itself is a tenth of its first batch. */
    private static final int SEVERAL = 5;

    private static final int SHORTEST_CAUTION = 16;

    private double bytesPerRow = FIRST_GUESS;
    private boolean seen;
    private int ceiling = Integer.MAX_VALUE;
    /** For how many pages several batches were too much, and how many of those are still to come. */
    private int caution = SHORTEST_CAUTION;

    private int cautiousPages;

    /** How many rows make a batch. */
    int rows(BatchLimits limits) {
        double fitting = Math.min(Integer.MAX_VALUE, FILL * limits.bytes() / Math.max(1, bytesPerRow));
        int wanted = Math.min(limits.documents(), (int) fitting);
        return Math.max(1, Math.min(wanted, ceiling));
    }

    /** How many batches make a page. */
    int batches() {
        return seen && cautiousPages == 0 && ceiling == Integer.MAX_VALUE ? SEVERAL : 1;
    }

    /** Takes note of a page that was read to its end. */
    void completed(ChangesPage page, int batches) {
        if (page.rows() > 0) {
            double average = average(page);
            bytesPerRow = seen ? bytesPerRow + SHARE_OF_NEW * (average - bytesPerRow) : average;
            seen = true;
        }
        ceiling = ceiling > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : ceiling * 2;
        cautiousPages = Math.max(0, cautiousPages - 1);
        if (batches > 1) {
            caution = Math.max(SHORTEST_CAUTION, caution / 2);
        }
    }

    /** Takes note of a page whose batches do not fit. */
    void tooHeavy(ChangesPage page) {
        bytesPerRow = average(page);
        seen = true;
    }

    private static double average(ChangesPage page) {
        return (double) page.bytes() / page.rows();
    }

    /**
     * Takes note of a page that broke off.
     *
     * @param rows how many made a batch
     * @param batches how many made the page
     */
    void brokeOff(int rows, int batches) {
        if (batches > 1) {
            cautiousPages = caution;
            caution = Math.min(Integer.MAX_VALUE / 2, caution * 2);
        } else {
            ceiling = Math.max(1, rows / 2);
        }
    }
}
