/**
 * The mirror on MySQL 8.0 and later and on MariaDB 10.6 and later. A {@link dev.docmirror.mysql.MySqlMirrorSink} writes
 * rows, registry, archive and dead letters in one InnoDB transaction that a
 * {@link dev.docmirror.mysql.MySqlCheckpointStore} joins; {@link dev.docmirror.mysql.MySqlSchema} makes the tables,
 * when asked and never else. The {@code DataSource} with its driver and pool is the host's and never closed here; the
 * connection's character set must be utf8mb4.
 */
@NullMarked
package dev.docmirror.mysql;

import org.jspecify.annotations.NullMarked;
