/**
 * A whole sync as a host offers it to its users: {@link dev.docmirror.cycle.SyncCycle} pushes and pulls, by hand or on a
 * schedule, and the records here are the answers of a host's own endpoints; any JSON mapper that knows records writes
 * them as they are documented.
 */
@NullMarked
package dev.docmirror.cycle;

import org.jspecify.annotations.NullMarked;
