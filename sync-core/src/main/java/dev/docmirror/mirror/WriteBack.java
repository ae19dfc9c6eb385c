package dev.docmirror.mirror;

import dev.docmirror.change.DocumentId;

/**
 * A decision that waits to be written upstream.
 *
 * @param number another one each time the document is remembered, so that a later decision is not forgotten with an
 *     earlier one
 */
public record WriteBack(DocumentId id, long number) {}
