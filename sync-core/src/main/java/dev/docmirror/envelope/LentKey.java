package dev.docmirror.envelope;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A key for one message: a copy, so that the key may be wiped meanwhile. */
record LentKey(EnvelopeKey key, AesKey aes) implements AutoCloseable {

    /**
     * Looks a key up; empty if it is not there. One that is closed between the look-up and its use is looked up once
     * more: there may be another of its id.
     */
    static Optional<LentKey> of(Supplier<Optional<EnvelopeKey>> lookup, Function<EnvelopeKey, Optional<Kdf>> kdf) {
        return once(lookup, kdf).or(() -> once(lookup, kdf));
    }

    private static Optional<LentKey> once(
            Supplier<Optional<EnvelopeKey>> lookup, Function<EnvelopeKey, Optional<Kdf>> kdf) {
        return lookup.get().flatMap(key -> key.copy(kdf.apply(key)).map(aes -> new LentKey(key, aes)));
    }

    @Override
    public void close() {
        aes.close();
    }
}
