package dev.docmirror.laws;

import dev.docmirror.testkit.LeafSets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Bodies that have the fields which the shipped policies read. */
final class Bodies {
    static final String CANARY = "canary-7f3a";

    private Bodies() {}

    /** With times, among them broken documents. */
    static Arbitrary<String> drafts() {
        return LeafSets.with("/updatedAt", LeafSets.times(), fields());
    }

    static Arbitrary<String> signed() {
        return LeafSets.signed("/signature", drafts());
    }

    static Arbitrary<String> locked() {
        return LeafSets.locked("/isLocked", drafts());
    }

    static Arbitrary<String> signedAndLocked() {
        return LeafSets.locked("/isLocked", signed());
    }

    /** Valid JSON only: a version that can't be read counts for neither side, which is no total order. */
    static Arbitrary<String> ofClients() {
        Arbitrary<String> times =
                LeafSets.with("/updatedAt", LeafSets.times(), Arbitraries.of("{}", "{\"n\":1}", "{\"n\":2}"));
        return LeafSets.with("/deviceId", Arbitraries.of("", "\"phone\"", "\"phone\"", "\"\"", "null"), times);
    }

    static Arbitrary<String> typed(Arbitrary<String> bodies) {
        return LeafSets.with("/type", Arbitraries.of("", "\"note\"", "\"note\"", "\"intake\"", "7"), bodies);
    }

    private static Arbitrary<String> fields() {
        return Arbitraries.of(
                "{}",
                "{\"text\":\"" + CANARY + "\"}",
                "{\"text\":\"" + CANARY + "\",\"n\":1}",
                "{\"n\":2}",
                "{",
                "{\"n\":}");
    }
}
