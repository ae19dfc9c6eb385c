/**
 * Proof that a mirror is complete. A {@link dev.docmirror.reconcile.Reconciler} holds the leaves of every document in
 * the source against the registry, and the rows of every document in the registry against what they would be if they
 * were made anew, while the worker goes on; what differs it names, and mends on request through the worker's own
 * transactions.
 */
@NullMarked
package dev.docmirror.reconcile;

import org.jspecify.annotations.NullMarked;
