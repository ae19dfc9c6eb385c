/**
 * What a sync tells. A {@link dev.docmirror.monitor.SyncListener} receives every
 * {@link dev.docmirror.monitor.SyncEvent} of a worker, {@link dev.docmirror.monitor.SyncStatistics} sums them up, and
 * {@link dev.docmirror.monitor.SyncMetrics} hands the sums to Micrometer, as {@link dev.docmirror.monitor.QueueMetrics}
 * does with those of a queue. A {@link dev.docmirror.monitor.SyncMonitor} looks at all parts at once: whether all is
 * {@linkplain dev.docmirror.monitor.SyncHealth well}, and {@linkplain dev.docmirror.monitor.EntityStatus where} a document
 * is.
 */
@NullMarked
package dev.docmirror.monitor;

import org.jspecify.annotations.NullMarked;
