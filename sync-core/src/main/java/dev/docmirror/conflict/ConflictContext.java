package dev.docmirror.conflict;

import dev.docmirror.change.StreamId;

/**
 * What a policy may know beside the conflict.
 *
 * @param stream the stream that is mirrored
 */
public record ConflictContext(StreamId stream) {}
