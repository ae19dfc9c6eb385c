package dev.docmirror.change;

import java.util.Optional;

import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what a source stores of a document into what the document says, and back. Thread-safe.
 *
 * @see Document#readBy
 */
public interface DocumentCodec {

    /**
     * What a stored body says.
     *
     * @param stored not modified
     * @return empty where it says what is stored
     * @throws dev.docmirror.error.MissingKeyException if the key for it is not there
     * @throws dev.docmirror.error.MappingException if it can't be turned
     */
    Optional<ObjectNode> decode(DocumentId id, ObjectNode stored);

    /**
     * The body to store.
     *
     * @param body not modified
     * @throws dev.docmirror.error.MissingKeyException if there is no key to write with
     */
    ObjectNode encode(DocumentId id, ObjectNode body);
}
