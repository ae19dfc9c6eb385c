/**
 * How far a stream is mirrored. A {@link dev.docmirror.checkpoint.CheckpointStore} keeps one
 * {@link dev.docmirror.checkpoint.Checkpoint} a stream, never ahead of the durable rows.
 */
@NullMarked
package dev.docmirror.checkpoint;

import org.jspecify.annotations.NullMarked;
