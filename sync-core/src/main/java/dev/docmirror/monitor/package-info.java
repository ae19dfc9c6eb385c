/**
 * What a worker tells. A {@link dev.docmirror.monitor.SyncListener} receives every
 * {@link dev.docmirror.monitor.SyncEvent}, {@link dev.docmirror.monitor.SyncStatistics} sums them up, and
 * {@link dev.docmirror.monitor.SyncMetrics} hands the sums to Micrometer.
 */
@NullMarked
package dev.docmirror.monitor;

import org.jspecify.annotations.NullMarked;
