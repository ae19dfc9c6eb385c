/**
 * What can go wrong. Everything is a {@link dev.docmirror.error.SyncException}: a
 * {@link dev.docmirror.error.TransientSyncException} may heal by itself and is retried, each other leaf needs a person
 * and says what to do. No message holds document content, a credential or a key.
 */
@NullMarked
package dev.docmirror.error;

import org.jspecify.annotations.NullMarked;
