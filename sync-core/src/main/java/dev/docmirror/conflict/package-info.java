/**
 * What happens when versions compete. A {@link dev.docmirror.conflict.ConflictPolicy} turns a
 * {@link dev.docmirror.conflict.Conflict}, all leaves of a document, into a
 * {@link dev.docmirror.conflict.Resolution}; each version that loses becomes an
 * {@link dev.docmirror.conflict.ArchivedConflict} in the {@link dev.docmirror.conflict.ConflictArchive}, and people
 * decide what waits for them with a {@link dev.docmirror.conflict.ConflictReview}.
 */
@NullMarked
package dev.docmirror.conflict;

import org.jspecify.annotations.NullMarked;
