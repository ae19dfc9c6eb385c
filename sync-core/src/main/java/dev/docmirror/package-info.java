/**
 * Mirrors the documents of a change feed into a database, inside the host's own process. A
 * worker drives a {@link dev.docmirror.change.ChangeSource}, a
 * {@link dev.docmirror.mapping.DocumentMapper}, a {@link dev.docmirror.conflict.ConflictPolicy} and a
 * {@link dev.docmirror.mirror.MirrorSink}; each of these has a package of its own. A crash may repeat work, it never
 * skips or half-applies any.
 */
@NullMarked
package dev.docmirror;

import org.jspecify.annotations.NullMarked;
