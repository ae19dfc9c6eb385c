package dev.docmirror.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Resolution;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of choosing: the greatest by a total order, ties by CouchDB's, times as instants. */
abstract class OrderLaws extends PurityLaws {
    private static final int UP_TO = 4;

    /** L4: what is chosen is one of the leaves, and a policy that says it selects merges nothing. */
    @Property
    void order_choice_isOneOfTheLeaves(@ForAll("leafSets") LeafSet leaves) {
        Resolution resolution = resolve(leaves);
        if (resolution instanceof Resolution.Choose choose) {
            Law.L4.holds(
                    leaves.leaves().stream().anyMatch(leaf -> sameVersion(leaf, choose.winner())),
                    leaves,
                    () -> "the chosen " + choose.winner() + " is none of the leaves");
        }
        Law.L4.holds(
                kind() != Kind.SELECTING || winner(leaves, resolution).isPresent(),
                leaves,
                () -> "a selecting policy " + told(resolution));
    }

    /** L4: the chosen one beats each other leaf when the two stand alone. */
    @Property
    void order_choice_beatsEachOther(@ForAll("leafSets") LeafSet leaves) {
        Optional<Document> chosen = choosesInParts() ? winner(leaves) : Optional.empty();
        chosen.ifPresent(best -> leaves.leaves()
                .forEach(other -> winner(LeafSet.of(best, other))
                        .ifPresent(better -> Law.L4.holds(
                                sameVersion(better, best),
                                leaves,
                                () -> "of all, " + best + " wins, but " + other + " wins against it alone"))));
    }

    /** L5: the winner of two sets is the winner of their winners. */
    @Property
    void association_twoParts_decideAsTheWhole(@ForAll("leafSets") LeafSet s, @ForAll("leafSets") LeafSet t) {
        Optional<Document> whole = winner(s.and(t));
        Optional<Document> parts = winner(s).flatMap(one -> winner(t).flatMap(other -> winner(LeafSet.of(one, other))));
        if (choosesInParts() && whole.isPresent() && parts.isPresent()) {
            Law.L5.holds(
                    sameVersion(whole.get(), parts.get()),
                    s.and(t),
                    () -> "together " + whole.get() + " wins, in parts of "
                            + s.leaves().size() + " and " + t.leaves().size() + " leaves " + parts.get());
        }
    }

    /** L8: where all bodies are equal, CouchDB's winner wins: not deleted first, then the revision by its bytes. */
    @Property
    void couchDbOrder_equalBodies_decidesLikeCouchDb(@ForAll("equalBodies") LeafSet leaves) {
        winner(leaves)
                .ifPresent(winner -> Law.L8.holds(
                        leaves.leaves().stream()
                                .allMatch(leaf -> leaf.deleted() == winner.deleted()
                                        ? winner.revision().compareTo(leaf.revision()) >= 0
                                        : leaf.deleted()),
                        leaves,
                        () -> winner + " wins over " + leaves.change().winner()));
    }

    /** L9: of two versions that differ in the generation alone, the later edit wins. */
    @Property
    void ties_equalBodiesAndHashes_fallToTheGeneration(
            @ForAll("liveBodies") String body, @ForAll("generations") long one, @ForAll("generations") long other) {
        LeafSet leaves = LeafSet.of(
                LeafSets.leaf(new Revision(one, "ab"), false, body),
                LeafSets.leaf(new Revision(other, "ab"), false, body));
        winner(leaves)
                .ifPresent(winner -> Law.L9.holds(
                        winner.revision().generation() == Math.max(one, other), leaves, () -> winner + " wins"));
    }

    /** L10: the form of a time, text with any offset or epoch milliseconds, decides nothing. */
    @Property
    void time_sameInstantsInOtherForms_decideTheSame(
            @ForAll("timed") List<Timed> versions, @ForAll("formsOfTime") List<Integer> forms) {
        for (String pointer : timePointers()) {
            LeafSet plain = timed(pointer, versions, List.of(1), 0);
            LeafSet other = timed(pointer, versions, forms, 0);
            sameRevisionWins(plain, other, "with other forms of the same instants");
        }
    }

    /** L10: no present is consulted: all times moved by the same span, far into the future too, change nothing. */
    @Property
    void time_movedIntoTheFuture_decidesTheSame(@ForAll("timed") List<Timed> versions) {
        for (String pointer : timePointers()) {
            for (int years : new int[] {-40, 60}) {
                LeafSet now = timed(pointer, versions, List.of(1), 0);
                LeafSet then = timed(pointer, versions, List.of(1), years);
                sameRevisionWins(now, then, "with all times moved by " + years + " years");
            }
        }
    }

    /** L10: a version with a readable time beats those whose time is missing or unreadable, deletions included. */
    @Property
    void time_missingOrUnreadable_ranksBelowAnyReadable(
            @ForAll("timed") List<Timed> versions, @ForAll("unreadableTimes") String unreadable) {
        for (String pointer : timePointers()) {
            List<Document> leaves = new ArrayList<>();
            for (int i = 0; i < versions.size(); i++) {
                Timed version = versions.get(i);
                String time = i == 0
                        ? LeafSets.forms(Instant.ofEpochMilli(version.millis)).get(1)
                        : unreadable;
                leaves.add(LeafSets.leaf(
                        new Revision(i + 1L, "ab"), i > 0 && version.odd, Bodies.with("{}", pointer, time)));
            }
            LeafSet all = new LeafSet(leaves);
            if (leaves.stream().noneMatch(this::isProtected)) {
                winner(all)
                        .ifPresent(winner -> Law.L10.holds(
                                sameVersion(winner, leaves.get(0)),
                                all,
                                () -> winner + " without a readable time wins"));
            }
        }
    }

    /**
     * L2, L3, L4, L7 and L20 for every set of up to four leaves over a small alphabet: for a selecting policy, pairs make
     * a strict total order and the winner of a set is the one that beats each other.
     */
    @Example
    void order_everySetOfUpToFourLeaves_isDecidedByOneTotalOrder() {
        List<Document> letters = LeafSets.alphabet(alphabet());
        Map<Document, Map<Document, Optional<Document>>> pairs = pairs(letters);
        LeafSets.exhaustive(UP_TO, letters, leaves -> {
            Resolution resolution = resolve(leaves);
            List<Document> reversed = new ArrayList<>(leaves.leaves());
            Collections.reverse(reversed);
            Law.L2.holds(sameDecision(resolution, resolve(new LeafSet(reversed))), leaves, "reversed, it differs");
            winner(leaves, resolution)
                    .ifPresent(best -> leaves.leaves()
                            .forEach(other -> pairs.getOrDefault(best, Map.of())
                                    .getOrDefault(other, Optional.of(best))
                                    .ifPresent(better -> Law.L4.holds(
                                            sameVersion(better, best) || !choosesInParts(),
                                            leaves,
                                            () -> best + " wins, but " + other + " beats it alone"))));
        });
    }

    /** Who wins of each two; asked both ways and with repetitions. */
    private Map<Document, Map<Document, Optional<Document>>> pairs(List<Document> letters) {
        Map<Document, Map<Document, Optional<Document>>> pairs = new HashMap<>();
        for (Document one : letters) {
            singleton_oneLeaf_isKept(LeafSet.of(one));
            for (Document other : letters) {
                LeafSet pair = LeafSet.of(one, other);
                Resolution resolution = resolve(pair);
                Law.L3.holds(sameDecision(resolution, resolve(pair.and(pair))), pair, "repeated, it differs");
                pairs.computeIfAbsent(one, letter -> new HashMap<>()).put(other, winner(pair, resolution));
            }
        }
        return pairs;
    }

    private void sameRevisionWins(LeafSet leaves, LeafSet changed, String how) {
        Optional<Revision> expected = winner(leaves).map(Document::revision);
        Optional<Revision> actual = winner(changed).map(Document::revision);
        Law.L10.holds(
                expected.equals(actual),
                changed,
                () -> how + " " + actual.map(Revision::toString).orElse("nothing") + " wins instead of "
                        + expected.map(Revision::toString).orElse("nothing"));
        for (int i = 0; i < leaves.leaves().size() && how.contains("forms"); i++) {
            Document other = changed.leaves().get(i);
            Law.L10.holds(
                    writtenAt(leaves.leaves().get(i)).equals(writtenAt(other)),
                    changed,
                    () -> "writtenAt tells another time of " + other);
        }
    }

    private static LeafSet timed(String pointer, List<Timed> versions, List<Integer> forms, int years) {
        List<Document> leaves = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            Timed version = versions.get(i);
            Instant instant = Instant.ofEpochMilli(version.millis + years * 31_557_600_000L);
            String time = LeafSets.forms(instant).get(forms.get(i % forms.size()));
            // Distinct revisions against the order of time, so that comparing text or revisions shows.
            Revision revision = new Revision(versions.size() - (long) i, version.odd ? "ff" : "0a");
            leaves.add(LeafSets.leaf(revision, false, Bodies.with("{}", pointer, time)));
        }
        return new LeafSet(leaves);
    }

    @Provide
    Arbitrary<LeafSet> equalBodies() {
        return Combinators.combine(leafSets(), bodies())
                .as((leaves, body) -> new LeafSet(leaves.leaves().stream()
                        .map(leaf -> LeafSets.leaf(leaf.revision(), leaf.deleted(), body))
                        .toList()));
    }

    @Provide
    Arbitrary<String> liveBodies() {
        return bodies();
    }

    @Provide
    Arbitrary<Long> generations() {
        return Arbitraries.of(1L, 2L, 9L, 10L, 99L, 100L, 1_000L);
    }

    @Provide
    Arbitrary<List<Timed>> timed() {
        Arbitrary<Long> millis = Arbitraries.of(
                1_771_065_000_000L, 1_771_065_000_001L, 1_771_061_400_000L, 999_999_999_999L, 1_771_150_000_000L);
        return Combinators.combine(millis, Arbitraries.of(true, false))
                .as(Timed::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<Integer>> formsOfTime() {
        return Arbitraries.integers().between(0, 4).list().ofSize(4);
    }

    @Provide
    Arbitrary<String> unreadableTimes() {
        return Arbitraries.of("", "null", "\"soon\"", "\"\"", "true", "[1771065000000]", "\"2026-02-30\"");
    }

    /**
     * A version that differs from others in its time.
     *
     * @param odd something to vary beside it
     */
    record Timed(long millis, boolean odd) {}
}
