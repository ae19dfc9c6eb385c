package dev.docmirror.couchdb;

import dev.docmirror.change.BatchLimits;

/**
 * How many rows to ask for. A page should become one batch, because positions are known between pages only: it is as
 * large as a batch, or as many rows as its bytes hold by what rows weighed lately. After a page that broke off it
 * halves, so that a line that never lives through a long answer still gets ahead; each page that went well doubles it
 * again.
 */
final class PageSize {
    private static final double SHARE_OF_NEW = 0.3;
    /** What a row is taken for before one was seen. */
    private static final double FIRST_GUESS = 4096;
    /** Rows vary: rather a page too small than one that does not fit into its batch. */
    private static final double FILL = 0.8;

    private double bytesPerRow = FIRST_GUESS;
    private boolean seen;
    private int ceiling = Integer.MAX_VALUE;

    int rows(BatchLimits limits) {
        double fitting = Math.min(Integer.MAX_VALUE, FILL * limits.bytes() / Math.max(1, bytesPerRow));
        int wanted = Math.min(limits.documents(), (int) fitting);
        return Math.max(1, Math.min(wanted, ceiling));
    }

    void completed(ChangesPage page) {
        if (page.rows() > 0) {
            double average = (double) page.bytes() / page.rows();
            bytesPerRow = seen ? bytesPerRow + SHARE_OF_NEW * (average - bytesPerRow) : average;
            seen = true;
        }
        ceiling = ceiling > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : ceiling * 2;
    }

    /** @param asked how many rows were asked for */
    void brokeOff(int asked) {
        ceiling = Math.max(1, asked / 2);
    }
}
