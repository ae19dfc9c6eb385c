package dev.docmirror.internal;

import dev.docmirror.change.ChangeBatch;

/**
 * A batch on its way from the fetch thread to the apply thread.
 *
 * @param pollBegan when its poll began
 * @param arrived when it was complete
 */
record Fetched(ChangeBatch batch, long pollBegan, long arrived) {}
