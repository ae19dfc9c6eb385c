package dev.docmirror.envelope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeysTest {
    private static final Duration FRESH = Duration.ofSeconds(30);

    @Test
    void close_key_wipesItsArrays() {
        byte[] bytes = Fixture.bytes(7);
        char[] passphrase = "4711".toCharArray();
        Kdf kdf = Kdf.of(600_000, new byte[16]);
        EnvelopeKey raw = EnvelopeKey.owning("raw", bytes, new char[0], null);
        EnvelopeKey pin = EnvelopeKey.owning("pin", new byte[0], passphrase, kdf);
        byte[] derived = pin.derived(kdf);
        assertThat(derived).isNotEqualTo(new byte[32]);

        KeyRing.of(raw, pin).close();

        assertThat(bytes).containsOnly(0);
        assertThat(passphrase).containsOnly('\0');
        assertThat(derived).containsOnly(0);
        assertThat(raw.copy(Optional.empty())).isEmpty();
        assertThat(pin.copy(Optional.of(kdf))).isEmpty();
    }

    @Test
    void close_copyOfAKey_wipesIt() {
        AesKey copy =
                EnvelopeKey.raw("k", Fixture.bytes(7)).copy(Optional.empty()).orElseThrow();
        copy.close();

        assertThat(copy.getEncoded()).containsOnly(0);
        assertThat(copy.isDestroyed()).isTrue();
        assertThat(copy).hasToString("AesKey");
    }

    @Test
    void key_argumentsChangedLater_staysAsItWas() {
        byte[] bytes = Fixture.bytes(7);
        EnvelopeKey key = EnvelopeKey.raw("k", bytes);
        Arrays.fill(bytes, (byte) 0);

        assertThat(key.copy(Optional.empty()).orElseThrow().getEncoded()).isEqualTo(Fixture.bytes(7));
    }

    @Test
    void derivedKeys_beyondTheBound_forgetAndWipeTheOneUsedLongestAgo() {
        DerivedKeys keys = new DerivedKeys();
        List<byte[]> arrays = new ArrayList<>();
        for (int i = 0; i < DerivedKeys.MOST; i++) {
            arrays.add(Fixture.bytes(1 + i));
            keys.put(kdf(i), arrays.get(i));
        }
        assertThat(keys.get(kdf(0))).isNotNull();
        keys.put(kdf(DerivedKeys.MOST), Fixture.bytes(100));

        assertThat(keys.get(kdf(1))).isNull();
        assertThat(arrays.get(1)).containsOnly(0);
        assertThat(keys.get(kdf(0))).isEqualTo(Fixture.bytes(1));

        keys.wipe();
        assertThat(arrays).allSatisfy(array -> assertThat(array).containsOnly(0));
    }

    private static Kdf kdf(int number) {
        byte[] salt = new byte[16];
        salt[0] = (byte) number;
        return Kdf.of(600_000, salt);
    }

    @Test
    void key_badArguments_areRefusedWithoutShowingThem() {
        byte[] salt = new byte[16];
        char[] pin = "CANARY".toCharArray();
        assertRefused(() -> EnvelopeKey.raw("k", new byte[31]), "bytes: must be 32, were 31");
        assertRefused(() -> EnvelopeKey.raw("", new byte[32]), "id: must be");
        assertRefused(() -> EnvelopeKey.raw("a b", new byte[32]), "id: must be");
        assertRefused(() -> EnvelopeKey.raw("x".repeat(192), new byte[32]), "id: must be");
        assertRefused(() -> EnvelopeKey.passphrase("k", new char[0]), "passphrase: must not be empty");
        assertRefused(() -> EnvelopeKey.passphrase("k", pin, salt, 599_999), "iterations: must be 600000 to 10000000");
        assertRefused(() -> EnvelopeKey.passphrase("k", pin, salt, 10_000_001), "iterations");
        assertRefused(() -> EnvelopeKey.passphrase("k", pin, new byte[15], 600_000), "salt: must have 16 to 64 bytes");
        assertRefused(() -> EnvelopeKey.passphrase("k", pin, new byte[65], 600_000), "salt");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void passphrase_withoutSalt_drawsOneToKeep() {
        EnvelopeKey one = EnvelopeKey.passphrase("k", "1".toCharArray());
        EnvelopeKey two = EnvelopeKey.passphrase("k", "1".toCharArray());

        assertThat(one.salt().orElseThrow()).hasSize(16).isNotEqualTo(two.salt().orElseThrow());
        assertThat(EnvelopeKey.raw("k", new byte[32]).salt()).isEmpty();
    }

    @Test
    void ring_keysAddedAndRemoved_newestWrites() {
        KeyRing ring = Fixture.ring("a", "b");
        ring.addToRead(EnvelopeKey.raw("old", new byte[32]));

        assertThat(ring.newest()).map(EnvelopeKey::id).contains("b");
        assertThat(ring.find("a")).isPresent();
        assertThat(ring.find("old")).isPresent();
        EnvelopeKey b = ring.newest().orElseThrow();
        ring.remove("b");
        assertThat(ring.newest()).isEmpty();
        assertThat(b.isClosed()).isTrue();
        ring.remove("b");
        assertRefused(() -> ring.add(EnvelopeKey.raw("a", new byte[32])), "another one of the id a");
        ring.close();
        ring.close();
        assertThat(ring.find("a")).isEmpty();
        EnvelopeKey late = EnvelopeKey.raw("late", new byte[32]);
        assertThatThrownBy(() -> ring.add(late)).isInstanceOf(IllegalStateException.class);
        assertThat(late.isClosed()).isTrue();
    }

    /** Counts how often it is asked. */
    private static final class Slow implements KeyProvider {
        final KeyRing ring = KeyRing.of();
        final List<String> asked = new ArrayList<>();

        @Override
        public Optional<EnvelopeKey> find(String keyId) {
            asked.add(keyId);
            return ring.find(keyId);
        }

        @Override
        public Optional<EnvelopeKey> newest() {
            asked.add("newest");
            return ring.newest();
        }
    }

    private final Slow slow = new Slow();
    private long now = -1;

    @Test
    void cached_foundKey_isAskedForOnceUntilItIsClosed() {
        slow.ring.add(EnvelopeKey.raw("a", new byte[32]));
        CachedKeys cached = new CachedKeys(slow, 2, FRESH, () -> now);

        assertThat(cached.find("a")).isPresent();
        now += Duration.ofDays(1).toNanos();
        assertThat(cached.find("a")).isPresent();
        assertThat(slow.asked).containsExactly("a");

        slow.ring.remove("a");
        assertThat(cached.find("a")).isEmpty();
        assertThat(slow.asked).containsExactly("a", "a");
    }

    @Test
    void cached_missingKeyAndNewest_areAskedForAgainAfterAWhile() {
        CachedKeys cached = new CachedKeys(slow, 2, FRESH, () -> now);
        assertThat(cached.find("a")).isEmpty();
        assertThat(cached.newest()).isEmpty();
        slow.ring.add(EnvelopeKey.raw("a", new byte[32]));

        now += FRESH.toNanos() - 1;
        assertThat(cached.find("a")).isEmpty();
        assertThat(cached.newest()).isEmpty();
        now += 1;
        assertThat(cached.find("a")).isPresent();
        assertThat(cached.newest()).isPresent();
        assertThat(slow.asked).containsExactly("a", "newest", "a", "newest");
    }

    @Test
    void cached_moreIdsThanTheBound_forgetsTheOneUsedLongestAgo() {
        for (String id : List.of("a", "b", "c")) {
            slow.ring.add(EnvelopeKey.raw(id, new byte[32]));
        }
        KeyProvider cached = slow.cached(2, FRESH);
        for (String id : List.of("a", "b", "a", "c", "a", "b")) {
            assertThat(cached.find(id)).isPresent();
        }

        assertThat(slow.asked).containsExactly("a", "b", "c", "b");
        assertRefused(() -> slow.cached(0, FRESH), "most: must be >= 1");
        assertRefused(() -> slow.cached(1, FRESH.negated()), "fresh: must not be negative");
    }

    @Test
    void open_keyClosedBetweenLookUpAndUse_isLookedUpOnceMore() {
        EnvelopeKey closed = EnvelopeKey.raw("a", new byte[32]);
        closed.close();
        EnvelopeKey open = EnvelopeKey.raw("a", new byte[32]);
        List<EnvelopeKey> answers = new ArrayList<>(List.of(closed, open));

        assertThat(LentKey.of(() -> Optional.of(answers.remove(0)), EnvelopeKey::kdf))
                .hasValueSatisfying(lent -> assertThat(lent.key()).isSameAs(open));
    }
}
