package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Resolution;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws that hold for every policy: the versions alone decide, whatever their order, and always. */
abstract class PurityLaws extends PolicyUnderTest {
    private static final List<Place> PLACES =
            List.of(Place.of("Pacific/Kiritimati", "tr-TR-u-nu-arab"), Place.of("America/Adak", "th-TH-u-ca-buddhist"));
    private static final List<String> ODD_VALUES = List.of(
            "null",
            "true",
            "\"\"",
            "\"soon\"",
            "[]",
            "{}",
            "[{\"a\":[null]}]",
            "-1",
            "0.5",
            "1e400",
            "-1e-400",
            "9223372036854775808",
            "123456789012345678901234567890",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"2026-02-30T99:99:99+99:99\"");

    /** L1: again, from the same bytes read anew, and on another thread, the decision is the same. */
    @Property
    void purity_sameLeavesReadAnew_decidesTheSame(@ForAll("leafSets") LeafSet leaves) {
        Resolution first = resolve(leaves);
        Resolution anew = resolve(policy(), LeafSet.of(leaves.toString()).conflict());
        Law.L1.holds(sameDecision(first, resolve(leaves)), leaves, "asking again gave another decision");
        Law.L1.holds(
                sameDecision(first, anew),
                leaves,
                () -> "equal leaves read anew: " + told(first) + ", then " + told(anew));
    }

    /** L1: another thread, default locale and default time zone give the same decision. */
    @Property
    void purity_otherThreadLocaleAndZone_decidesTheSame(@ForAll("leafSets") LeafSet leaves) {
        Resolution here = resolve(leaves);
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            for (Place place : PLACES) {
                Locale.setDefault(place.locale);
                TimeZone.setDefault(place.zone);
                Resolution there = resolve(LeafSet.of(leaves.toString()));
                Law.L1.holds(
                        sameDecision(here, there), leaves, () -> told(here) + ", but in " + place + " " + told(there));
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
        Resolution elsewhere =
                CompletableFuture.supplyAsync(() -> resolve(leaves)).join();
        Law.L1.holds(
                sameDecision(here, elsewhere), leaves, () -> told(here) + ", but on another thread " + told(elsewhere));
    }

    /** L1: bodies are read, never changed. */
    @Property
    void purity_bodies_areNotChanged(@ForAll("leafSets") LeafSet leaves) {
        resolve(leaves);
        for (Document leaf : leaves.leaves()) {
            protection(leaf);
            writtenAt(leaf);
            Law.L1.holds(
                    !isReadable(leaf)
                            || leaf.body()
                                    .equals(Documents.document("x", "1-x", leaf.text())
                                            .body()),
                    leaves,
                    () -> "the body of " + leaf.revision() + " was changed: it is shared with mapper and archive");
        }
    }

    /** L2: the order of the leaves changes nothing, not even where two of them claim to be one revision. */
    @Property
    void permutation_anyOrder_decidesTheSame(
            @ForAll("leafSets") LeafSet drawn, @ForAll boolean withTwin, @ForAll Random random) {
        LeafSet leaves = withTwin ? drawn.and(LeafSet.of(twin(any(drawn, random)))) : drawn;
        List<Document> shuffled = new ArrayList<>(leaves.leaves());
        Collections.shuffle(shuffled, random);
        Resolution first = resolve(leaves);
        Resolution other = resolve(new LeafSet(shuffled));
        Law.L2.holds(sameDecision(first, other), leaves, () -> told(first) + ", but in another order " + told(other));
    }

    private static Document any(LeafSet leaves, Random random) {
        return leaves.leaves().get(random.nextInt(leaves.leaves().size()));
    }

    /** The same but for one field that no policy knows. */
    private static Document twin(Document leaf) {
        return isReadable(leaf)
                ? Documents.version(
                        leaf.id(), leaf.revision(), leaf.deleted(), Bodies.with(leaf.text(), "/twin", "true"))
                : leaf;
    }

    /** L3: leaves that are given twice change nothing. */
    @Property
    void duplicates_repeatedLeaves_decidesTheSame(@ForAll("leafSets") LeafSet leaves, @ForAll Random random) {
        LeafSet repeated = leaves.and(LeafSet.of(any(leaves, random)));
        for (LeafSet more : List.of(repeated, leaves.and(leaves))) {
            Resolution once = resolve(leaves);
            Resolution twice = resolve(more);
            Law.L3.holds(sameDecision(once, twice), leaves, () -> told(once) + ", but with repetitions " + told(twice));
        }
    }

    /** L7: a leaf alone is chosen, or left to CouchDB's order; it is neither merged, nor rejected, nor parked. */
    @Property
    void singleton_oneLeaf_isKept(@ForAll("leafSets") LeafSet leaves) {
        Document only = leaves.leaves().get(0);
        LeafSet alone = LeafSet.of(only);
        Resolution resolution = resolve(alone);
        boolean kept = winner(alone, resolution)
                .filter(winner -> sameVersion(winner, only))
                .isPresent();
        Law.L7.holds(kept || !isReadable(only), alone, () -> "the policy " + told(resolution));
        if (resolution instanceof Resolution.Choose choose) {
            Law.L7.holds(
                    !choose.losers().isOpen(),
                    alone,
                    () -> "there are no losers, but they were called " + choose.losers());
        }
    }

    /** L20: no valid JSON makes the policy fail, with odd values in the places of its fields either. */
    @Property
    void totality_anyValidJson_isDecided(@ForAll("oddLeafSets") LeafSet leaves) {
        Law.L20.holds(resolve(leaves) != null, leaves, "the answer is null");
        try {
            leaves.leaves().stream().filter(PolicyUnderTest::isReadable).forEach(leaf -> {
                Law.L20.holds(asked().protection(leaf) != null, leaves, "the protection is null");
                Law.L20.holds(asked().writtenAt(leaf) != null, leaves, "the time of writing is null");
            });
        } catch (RuntimeException e) {
            throw Law.L20.broken(
                    leaves, "protection or writtenAt threw " + e.getClass().getName());
        }
    }

    /** Reasons are logged and shown: they hold no value of a document. */
    @Property
    void reason_anyDecision_namesNoValue(@ForAll("leafSets") LeafSet leaves) {
        Resolution resolution = resolve(leaves);
        if (reason(resolution).contains(CANARY)) {
            throw new AssertionError("a reason holds what a patient's record says, and is logged. " + leaves);
        }
    }

    @Provide
    Arbitrary<LeafSet> oddLeafSets() {
        Arbitrary<String> odd = Combinators.combine(
                        bodies(), Arbitraries.integers().between(0, 20), Arbitraries.of(ODD_VALUES))
                .as(PurityLaws::withOddField);
        return LeafSets.of(Arbitraries.oneOf(List.of(bodies(), odd)));
    }

    /** Puts an odd value in the place of one of a body's fields, wherever it stands. */
    private static String withOddField(String body, int which, String value) {
        List<String> pointers = Bodies.parsed(body).map(Bodies::pointers).orElse(List.of());
        return pointers.isEmpty() ? body : Bodies.with(body, pointers.get(which % pointers.size()), value);
    }

    /** Where a host may stand. */
    private record Place(TimeZone zone, Locale locale) {
        static Place of(String zone, String language) {
            return new Place(TimeZone.getTimeZone(zone), Locale.forLanguageTag(language));
        }

        @Override
        public String toString() {
            return zone.getID() + " and " + locale.toLanguageTag();
        }
    }

    private static String reason(Resolution resolution) {
        if (resolution instanceof Resolution.Choose choose) {
            return choose.reason();
        } else if (resolution instanceof Resolution.Merge merge) {
            return merge.reason();
        } else if (resolution instanceof Resolution.Reject reject) {
            return reject.reason();
        } else if (resolution instanceof Resolution.Review review) {
            return review.reason();
        }
        return "";
    }
}
