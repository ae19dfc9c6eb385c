/**
 * Writing to the source. A {@link dev.docmirror.queue.DocumentTarget} takes
 * {@link dev.docmirror.queue.DocumentEdit}s, each on top of the revision it was made from, and answers an
 * {@link dev.docmirror.queue.EditOutcome} for each: decisions about conflicts go back this way.
 */
@NullMarked
package dev.docmirror.queue;

import org.jspecify.annotations.NullMarked;
