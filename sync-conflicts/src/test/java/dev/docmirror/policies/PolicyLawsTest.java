package dev.docmirror.policies;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.conflict.Resolution.Choose;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static dev.docmirror.policies.ConflictPolicies.byType;
import static dev.docmirror.policies.ConflictPolicies.clientWins;
import static dev.docmirror.policies.ConflictPolicies.couchDbWinner;
import static dev.docmirror.policies.ConflictPolicies.fieldMerge;
import static dev.docmirror.policies.ConflictPolicies.forTypes;
import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static dev.docmirror.policies.ConflictPolicies.manualReview;
import static dev.docmirror.policies.ConflictPolicies.serverWins;
import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every policy, on random leaves of which some are mirrored, protected, related or damaged. */
class PolicyLawsTest {
    private static final List<String> FIELDS = List.of(
            "",
            "\"type\":\"note\"",
            "\"type\":\"note\",\"sig\":\"x\"",
            "\"type\":\"note\",\"sig\":\"y\",\"isLocked\":true",
            "\"type\":\"intake\",\"isLocked\":true",
            "\"type\":\"intake\",\"unlocked\":true,\"deviceId\":7",
            "\"type\":\"note\",\"deviceId\":\"phone\",\"a\":{\"x\":1},\"l\":[1,2]",
            "\"type\":\"note\",\"a\":{\"x\":1.0,\"y\":2},\"l\":[2,3]",
            "\"type\":7,\"sig\":null,\"isLocked\":\"true\",\"_attachments\":{\"f\":{\"stub\":true}}");

    private static final ConflictPolicy SIGNED = immutableOnceSigned("/sig");

    private static final ConflictPolicy LOCKED =
            lockedOnce("/isLocked", leaf -> leaf.body().path("unlocked").booleanValue(false));
    private static final FieldMerge MERGE = fieldMerge(couchDbWinner()).withArray("/l", FieldMerge.ArrayRule.UNION);

    private static final List<ConflictPolicy> POLICIES = List.of(
            couchDbWinner(),
            SIGNED,
            immutableOnceSigned("/sig", SignatureVerifier.sha256("/sig")),
            lockedOnce("/isLocked"),
            LOCKED,
            clientWins("/deviceId"),
            serverWins("/deviceId"),
            manualReview(),
            MERGE,
            fieldMerge(clientWins("/deviceId")),
            forTypes(SIGNED, "note"),
            byType(Map.of("note", SIGNED, "intake", LOCKED)),
            SIGNED.orElse(LOCKED).orElse(clientWins("/deviceId")).orElse(MERGE),
            byType(Map.of("note", SIGNED.orElse(MERGE), "intake", LOCKED.orElse(manualReview())))
                    .orElse(lastWriteWins("/at")));

    @Provide
    Arbitrary<ConflictPolicy> policies() {
        return Arbitraries.of(POLICIES);
    }

    @Provide
    Arbitrary<Conflict> conflicts() {
        List<Document> versions = versions();
        Arbitrary<List<Document>> leaves =
                Arbitraries.of(versions).list().ofMinSize(1).ofMaxSize(6);
        Arbitrary<Document> mirrored = Arbitraries.of(versions);
        Arbitrary<Protection> protection = Arbitraries.of(Protection.class);
        Arbitrary<Integer> related = Arbitraries.integers().between(0, 63);
        return Combinators.combine(leaves, mirrored, protection, related).as(PolicyLawsTest::conflict);
    }

    /** @param related a bit for each leaf that comes from the mirrored version; without any, nothing is known or mirrored */
    private static Conflict conflict(List<Document> leaves, Document mirrored, Protection protection, int related) {
        if (related == 0) {
            return Leaves.conflict(leaves.toArray(Document[]::new));
        }
        Conflict conflict = Leaves.against(mirrored, protection, leaves.toArray(Document[]::new));
        Map<Revision, List<Revision>> paths = new HashMap<>();
        for (int i = 0; i < leaves.size(); i++) {
            Revision leaf = leaves.get(i).revision();
            paths.put(leaf, (related >> i & 1) == 1 ? List.of(leaf, mirrored.revision()) : List.of(leaf));
        }
        Ancestry ancestry = new Ancestry(mirrored.id(), paths, Map.of(mirrored.revision(), mirrored));
        return new Conflict(conflict.change(), conflict.mirrored(), conflict.protectedVersion(), Optional.of(ancestry));
    }

    @Property
    void resolve_permutedAndRepeated_isTheSame(
            @ForAll("policies") ConflictPolicy policy, @ForAll("conflicts") Conflict conflict, @ForAll Random random) {
        List<Document> other = new ArrayList<>(conflict.leaves());
        other.addAll(other.subList(0, random.nextInt(other.size() + 1)));
        Collections.shuffle(other, random);
        Conflict shuffled = new Conflict(
                new DocumentChange(conflict.change().id(), other),
                conflict.mirrored(),
                conflict.protectedVersion(),
                conflict.ancestry());
        Resolution expected = Leaves.resolve(policy, conflict);
        Resolution actual = Leaves.resolve(policy, shuffled);
        assertThat(actual).isEqualTo(expected);
        assertThat(actual.toString()).as("also the order of fields").isEqualTo(expected.toString());
    }

    @Property
    void resolve_choice_isALeafAndAliveIfAnyIs(
            @ForAll("policies") ConflictPolicy policy, @ForAll("conflicts") Conflict conflict) {
        if (Leaves.resolve(policy, conflict) instanceof Choose choose) {
            boolean anyAlive = conflict.leaves().stream().anyMatch(leaf -> !leaf.deleted());
            assertThat(conflict.leaves()).contains(choose.winner());
            assertThat(choose.winner().deleted() && anyAlive && conflict.protection() == Protection.NONE)
                    .isFalse();
        }
    }

    @Property
    void resolve_loneLeafThatNothingProtects_wins(@ForAll("policies") ConflictPolicy policy) {
        for (Document leaf : versions()) {
            Resolution resolution = Leaves.resolve(policy, leaf);
            assertThat(resolution)
                    .isIn(
                            new Resolution.Defer(),
                            resolution instanceof Choose choose ? new Choose(leaf, choose.reason()) : resolution);
        }
    }

    @Property
    void guards_neverLetAnUnprotectedVersionReplaceAProtectedOne(@ForAll("conflicts") Conflict conflict) {
        for (ConflictPolicy policy : List.of(SIGNED, SIGNED.orElse(MERGE), SIGNED.orElse(manualReview()))) {
            boolean signed = conflict.protection() == Protection.SIGNED
                    || conflict.leaves().stream().anyMatch(leaf -> policy.protection(leaf) == Protection.SIGNED);
            if (signed) {
                Resolution resolution = Leaves.resolve(policy, conflict);
                boolean chosen = resolution instanceof Choose choose
                        && (SIGNED.protection(choose.winner()) == Protection.SIGNED
                                || isMirrored(choose.winner(), conflict));
                assertThat(chosen || resolution instanceof Resolution.Reject).isTrue();
            }
        }
    }

    private static boolean isMirrored(Document winner, Conflict conflict) {
        return conflict.mirrored()
                .filter(mirrored -> mirrored.revision().equals(winner.revision()))
                .isPresent();
    }

    @Property
    void questionsAboutDocuments_neverThrow(@ForAll("policies") ConflictPolicy policy) {
        for (Document version : versions()) {
            assertThat(policy.protection(version)).isNotNull();
            assertThat(policy.writtenAt(version)).isNotNull();
        }
    }

    private static List<Document> versions() {
        List<Document> versions = new ArrayList<>();
        for (String revision : List.of("1-a", "2-a", "2-b", "10-a")) {
            FIELDS.forEach(fields -> versions.add(Leaves.note(revision, fields)));
            versions.add(Leaves.gone(revision, ""));
            versions.add(Leaves.gone(revision, "\"type\":\"intake\",\"unlocked\":true"));
            versions.add(Leaves.live(revision, "{"));
            versions.add(Leaves.dead(revision, "[]"));
        }
        return versions;
    }
}
