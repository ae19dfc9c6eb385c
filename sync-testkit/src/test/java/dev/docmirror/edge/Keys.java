package dev.docmirror.edge;

import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;

/** Keys and codecs of tests. */
final class Keys {
    private Keys() {}

    static EnvelopeKey key(String id) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (id.hashCode() >> (i % 4 * 8) ^ i);
        }
        return EnvelopeKey.raw(id, bytes);
    }

    static EnvelopeCodec atRest(KeyRing keys) {
        return Envelopes.of("edge", keys);
    }
}
