/**
 * Documents that arrive encrypted. An {@link dev.docmirror.envelope.EnvelopeCodec} turns a document's body into an
 * envelope and back; a {@link dev.docmirror.envelope.KeyProvider} has the keys, of which there may be several: old ones
 * read, the newest one writes. A key that is not there is an answer, see {@link dev.docmirror.envelope.Opened}: the
 * document waits until the key comes. Whatever else keeps an envelope shut is one error,
 * {@link dev.docmirror.error.EnvelopeException}, which does not tell why.
 */
@NullMarked
package dev.docmirror.envelope;

import org.jspecify.annotations.NullMarked;
