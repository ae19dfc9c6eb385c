package dev.docmirror.policies;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/** The laws of policies that choose the greatest version: by random sets, and by every set over a small alphabet. */
class SelectionLawsTest {
    private static final List<String> BODIES = List.of(
            "{}",
            "{\"at\":\"2026-02-14T10:30:00Z\"}",
            "{\"at\":1771065000000}",
            "{\"at\":\"2026-02-14T11:30:00+01:00\",\"n\":1}",
            "{\"at\":\"2026-02-14T10:30:00.001Z\"}",
            "{\"at\":\"soon\",\"or\":0}",
            "{\"at\":");
    private static final List<Document> ALPHABET = alphabet();
    private static final List<ConflictPolicy> POLICIES = List.of(
            ConflictPolicies.lastWriteWins("/at"),
            ConflictPolicies.lastWriteWins("/at", "/or"),
            ConflictPolicies.couchDbWinner());

    @Provide
    Arbitrary<ConflictPolicy> policies() {
        return Arbitraries.of(POLICIES);
    }

    @Provide
    Arbitrary<List<Document>> leaves() {
        Arbitrary<Document> any = Arbitraries.of(ALPHABET);
        return Arbitraries.frequencyOf(
                Tuple.of(1, any.list().ofMinSize(1).ofMaxSize(30)),
                Tuple.of(3, any.list().ofMinSize(2).ofMaxSize(5)));
    }

    @Property
    void choose_permutedAndRepeated_isTheSame(
            @ForAll("policies") ConflictPolicy policy, @ForAll("leaves") List<Document> leaves, @ForAll Random random) {
        List<Document> other = new ArrayList<>(leaves);
        other.addAll(leaves.subList(0, random.nextInt(leaves.size() + 1)));
        Collections.shuffle(other, random);
        assertThat(Leaves.choose(policy, other)).isEqualTo(Leaves.choose(policy, leaves));
    }

    @Property
    void choose_inTwoParts_isTheChoiceOfTheWhole(
            @ForAll("policies") ConflictPolicy policy,
            @ForAll("leaves") List<Document> s,
            @ForAll("leaves") List<Document> t) {
        List<Document> both = Stream.concat(s.stream(), t.stream()).toList();
        Document ofParts = Leaves.winner(
                policy,
                Leaves.choose(policy, s).winner(),
                Leaves.choose(policy, t).winner());
        assertThat(Leaves.choose(policy, both).winner()).isSameAs(ofParts);
    }

    @Property
    void choose_arrivingOneByOne_endsAtTheChoiceOfAll(
            @ForAll("policies") ConflictPolicy policy, @ForAll("leaves") List<Document> leaves) {
        Document kept = leaves.get(0);
        for (Document arriving : leaves) {
            kept = Leaves.winner(policy, kept, arriving);
        }
        assertThat(Leaves.choose(policy, leaves).winner()).isSameAs(kept);
    }

    @Example
    void choose_everyPairAndTriple_isAStrictTotalOrder() {
        for (ConflictPolicy policy : POLICIES) {
            boolean[][] beats = beats(policy);
            for (int a = 0; a < ALPHABET.size(); a++) {
                for (int b = 0; b < ALPHABET.size(); b++) {
                    assertThat(a == b || beats[a][b] != beats[b][a])
                            .as("%s: %s and %s", policy, ALPHABET.get(a), ALPHABET.get(b))
                            .isTrue();
                    for (int c = 0; c < ALPHABET.size(); c++) {
                        assertThat(!(beats[a][b] && beats[b][c]) || beats[a][c])
                                .as("%s: %s, %s, %s", policy, ALPHABET.get(a), ALPHABET.get(b), ALPHABET.get(c))
                                .isTrue();
                    }
                }
            }
        }
    }

    @Example
    void choose_everySetOfUpToFour_isTheOneThatBeatsEachOther() {
        List<Integer> letters =
                Stream.iterate(0, i -> i < ALPHABET.size(), i -> i + 2).toList();
        for (ConflictPolicy policy : POLICIES) {
            boolean[][] beats = beats(policy);
            int sets = forEachSet(letters, 0, new ArrayList<>(), set -> {
                Document winner = Leaves.choose(
                                policy, set.stream().map(ALPHABET::get).toList())
                        .winner();
                int chosen = ALPHABET.indexOf(winner);
                assertThat(set).contains(chosen).allMatch(other -> other == chosen || beats[chosen][other]);
            });
            assertThat(sets).isGreaterThan(10_000);
        }
    }

    private interface Check {
        void accept(List<Integer> set);
    }

    private static int forEachSet(List<Integer> letters, int from, List<Integer> set, Check check) {
        int sets = 0;
        if (!set.isEmpty()) {
            check.accept(List.copyOf(set));
            sets++;
        }
        for (int i = from; i < letters.size() && set.size() < 4; i++) {
            set.add(letters.get(i));
            sets += forEachSet(letters, i + 1, set, check);
            set.remove(set.size() - 1);
        }
        return sets;
    }

    private static boolean[][] beats(ConflictPolicy policy) {
        boolean[][] beats = new boolean[ALPHABET.size()][ALPHABET.size()];
        for (int a = 0; a < ALPHABET.size(); a++) {
            for (int b = 0; b < ALPHABET.size(); b++) {
                beats[a][b] = a != b && Leaves.winner(policy, ALPHABET.get(a), ALPHABET.get(b)) == ALPHABET.get(a);
            }
        }
        return beats;
    }

    // Half of the revisions come twice, with another body: ties of every kind.
    private static List<Document> alphabet() {
        List<Document> all = new ArrayList<>();
        for (String revision : List.of("2-ff", "10-00")) {
            for (boolean deleted : List.of(true, false)) {
                for (String body : BODIES) {
                    all.add(Leaves.leaf(revision, deleted, body));
                }
                all.add(Leaves.lost(revision, deleted));
            }
        }
        for (String body : BODIES) {
            all.add(Leaves.live("2-" + "A".repeat(32), body));
            all.add(Leaves.live("2-" + "a".repeat(32), body));
        }
        return List.copyOf(all);
    }
}
