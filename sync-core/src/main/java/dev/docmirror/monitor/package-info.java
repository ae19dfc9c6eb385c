/**
 * What a worker tells. A {@link dev.docmirror.monitor.SyncListener} receives every
 * {@link dev.docmirror.monitor.SyncEvent}.
 */
@NullMarked
package dev.docmirror.monitor;

import org.jspecify.annotations.NullMarked;
