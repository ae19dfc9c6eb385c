/**
 * Where the mirror lives. A {@link dev.docmirror.mirror.MirrorSink} grants a {@link dev.docmirror.mirror.Lease} on a
 * stream and opens a {@link dev.docmirror.mirror.MirrorTransaction} a batch, in which rows, the registry of what is
 * mirrored ({@link dev.docmirror.mirror.MirroredDocument}), archive, dead letters and checkpoint become durable
 * together or not at all.
 */
@NullMarked
package dev.docmirror.mirror;

import org.jspecify.annotations.NullMarked;
