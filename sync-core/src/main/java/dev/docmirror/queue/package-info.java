/**
 * Writing to the source. A host puts {@link dev.docmirror.queue.SyncOperation}s into a queue, in its own transaction;
 * workers, any number of them, take them out in the order of each document and write them through a
 * {@link dev.docmirror.queue.DocumentTarget}, each exactly once in effect, whatever crashes in between. A
 * {@link dev.docmirror.queue.QueueStore} keeps them durably; what became of an operation stands in its
 * {@link dev.docmirror.queue.QueuedOperation}.
 */
@NullMarked
package dev.docmirror.queue;

import org.jspecify.annotations.NullMarked;
