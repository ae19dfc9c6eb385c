package dev.docmirror.mapping;

import java.util.Optional;

import dev.docmirror.change.StreamId;

/**
 * What a mapper may know beside the document.
 *
 * @param stream the stream that is mirrored
 * @param mirroredType the type under which the document is mirrored at this moment, if it is
 */
public record MappingContext(StreamId stream, Optional<String> mirroredType) {}
