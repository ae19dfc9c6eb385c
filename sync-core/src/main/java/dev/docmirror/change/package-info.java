/**
 * What changed in the source. A {@link dev.docmirror.change.ChangeSource} is a database with a change feed; the
 * {@link dev.docmirror.change.ChangeFeed} opened from it hands out {@link dev.docmirror.change.ChangeBatch batches} of
 * {@link dev.docmirror.change.DocumentChange changes}, each with every leaf {@link dev.docmirror.change.Document} of
 * its revision tree, and the {@link dev.docmirror.change.Position} to resume from. A feed may repeat a change, it never
 * skips one.
 */
@NullMarked
package dev.docmirror.change;

import org.jspecify.annotations.NullMarked;
