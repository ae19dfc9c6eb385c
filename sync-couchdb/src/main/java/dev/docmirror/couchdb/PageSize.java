package dev.docmirror.couchdb;

import dev.docmirror.change.BatchLimits;

/**
 * How many rows to ask for. The server tells the position of some rows only, so those should end the batches: a batch is
 * as many rows as it may have documents, or as its bytes hold by what rows weighed lately. A page has several, because
 * CouchDB takes a while to begin one. After a page that broke off it is one, and halves, so that a line that never lives
 * through a long answer still gets ahead; each page that went well doubles it again.
 */
final class PageSize {
    private static final double SHARE_OF_NEW = 0.3;
    /** What a row is taken for before one was seen. */
    private static final double FIRST_GUESS = 4096;
    /** Rows vary: rather a page too small than one that does not fit into its batch. */
    private static final double FILL = 0.8;

    private static final int MOST_BATCHES = 5;

    private double bytesPerRow = FIRST_GUESS;
    private boolean seen;
    private int ceiling = Integer.MAX_VALUE;

    /** How many rows make a batch. */
    int rows(BatchLimits limits) {
        double fitting = Math.min(Integer.MAX_VALUE, FILL * limits.bytes() / Math.max(1, bytesPerRow));
        int wanted = Math.min(limits.documents(), (int) fitting);
        return Math.max(1, Math.min(wanted, ceiling));
    }

    /** How many batches make a page: one, as long as it is unknown how pages go, or shortly after one broke off. */
    int batches() {
        return seen && ceiling == Integer.MAX_VALUE ? MOST_BATCHES : 1;
    }

    void completed(ChangesPage page) {
        if (page.rows() > 0) {
            double average = (double) page.bytes() / page.rows();
            bytesPerRow = seen ? bytesPerRow + SHARE_OF_NEW * (average - bytesPerRow) : average;
            seen = true;
        }
        ceiling = ceiling > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : ceiling * 2;
    }

    /** @param rows how many made a batch */
    void brokeOff(int rows) {
        ceiling = Math.max(1, rows / 2);
    }
}
