/**
 * A node at the edge (a clinic's laptop, a phone, a gateway) that holds the key. Its documents lie in a
 * {@link dev.docmirror.edge.SecureDocumentStore}, encrypted at rest; {@link dev.docmirror.edge.EdgeSync} takes what was
 * not pushed yet through a {@link dev.docmirror.edge.SyncCache}, the only place where plaintext waits and never on disk,
 * and writes it to a {@link dev.docmirror.queue.DocumentTarget}: in plaintext, or sealed for a server that may not read
 * it. What was pushed stands with each document in the store, durably, so that a push goes on where the last one ended,
 * and an edit whose answer was lost is sent again as it was.
 */
@NullMarked
package dev.docmirror.edge;

import org.jspecify.annotations.NullMarked;
