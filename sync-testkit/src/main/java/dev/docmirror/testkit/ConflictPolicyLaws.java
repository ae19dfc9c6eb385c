package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.testkit.PolicyRig.Mishap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The laws of conflict policies, as properties of jqwik: extend it with your own policy and find out whether mirrors that
 * use it agree with each other, for ever, and lose nothing. A failure names the law and what its breach does to records,
 * and shows the smallest set of versions that breaks it, as JSON to {@linkplain LeafSet#of(String) paste into a test}.
 *
 * <pre>{@code
 * class TriageLawsTest extends ConflictPolicyLaws {
 *     @Override
 *     protected ConflictPolicy policy() {
 *         return new MostUrgentWins().orElse(lastWriteWins("/updatedAt"));
 *     }
 *
 *     @Override
 *     protected Arbitrary<String> bodies() {
 *         return LeafSets.with("/urgency", Arbitraries.of("1", "2", "\"high\""), LeafSets.clocks("/updatedAt"));
 *     }
 * }
 * }</pre>
 *
 * <p>Each law is tested where the policy's answers show that it applies: the laws of choosing where it chooses, those of
 * merging where it merges, those of guards where it protects; {@link #kind()} makes that stricter. The laws of this class
 * run the real worker on in-memory parts; those it inherits ask the policy alone. How often is jqwik's default number of
 * tries.
 *
 * <p>jqwik's engine has to be on the test's class path, which it is with the testkit. For policies that keep what is
 * mirrored until a person decides, the mirrored version depends on what came first, so that of the laws with a worker
 * only those about archive, review and write-back apply.
 */
public abstract class ConflictPolicyLaws extends MergeLaws {

    /** L6: leaves that arrive one by one, with replays, crashes and lagging nodes, end where all at once do. */
    @Property
    void worker_anyScheduleOfArrivals_endsWhereAllAtOnceEnds(
            @ForAll("distinctLeaves") LeafSet leaves, @ForAll("mishaps") List<Mishap> mishaps) {
        PolicyRig atOnce = rig(false).with(leaves.leaves()).run();
        PolicyRig oneByOne = rig(false);
        for (int i = 0; i < leaves.leaves().size(); i++) {
            oneByOne.arrive(leaves.leaves().get(i), mishaps.get(i % mishaps.size()));
        }
        if (atOnce.hasReviews() || oneByOne.hasReviews()) {
            return;
        }
        Law.L6.holds(
                oneByOne.state().equals(atOnce.state()),
                leaves,
                () -> "one by one the mirror holds " + oneByOne.state() + ", all at once " + atOnce.state());
        List<String> inSteps = PolicyRig.versions(oneByOne.archived());
        List<String> all = PolicyRig.versions(atOnce.archived());
        Law.L6.holds(
                oneByOne.hasMerged() ? inSteps.containsAll(all) : inSteps.equals(all),
                leaves,
                () -> "one by one the archive holds " + inSteps + ", all at once " + all);
        Law.L6.holds(oneByOne.deadLetters() == atOnce.deadLetters(), leaves, "the dead letters differ");
    }

    /** L13: the archive holds every leaf but the winner, once; of a merge every leaf. A replay adds none. */
    @Property
    void archive_anyLeaves_holdsEachLoserOnce(@ForAll("distinctLeaves") LeafSet leaves) {
        PolicyRig rig = rig(false).with(leaves.leaves()).run();
        List<Document> losers = new ArrayList<>(leaves.leaves());
        if (rig.deadLetters() == 0) {
            if (losers.size() == 1) {
                losers.clear();
            } else {
                winner(leaves).ifPresent(winner -> losers.removeIf(leaf -> sameVersion(leaf, winner)));
            }
            List<String> expected = PolicyRig.versions(losers);
            Law.L13.holds(
                    PolicyRig.versions(rig.archived()).equals(expected),
                    leaves,
                    () -> "the archive should hold " + expected + ", and holds " + PolicyRig.versions(rig.archived()));
            rig.replay();
            Law.L13.holds(
                    PolicyRig.versions(rig.archived()).equals(expected),
                    leaves,
                    () -> "after a replay the archive holds " + PolicyRig.versions(rig.archived()));
        }
    }

    /** L15: each value of each leaf is in the mirrored version or in an archived one. */
    @Property
    void worker_anyLeaves_losesNoValue(@ForAll("distinctLeaves") LeafSet leaves) {
        PolicyRig rig = rig(false).with(leaves.leaves()).run();
        List<ObjectNode> kept = new ArrayList<>();
        rig.archived().forEach(loser -> Bodies.parsed(loser.text()).ifPresent(kept::add));
        rig.text(leaves.id()).flatMap(Bodies::parsed).ifPresent(kept::add);
        for (Document leaf : leaves.leaves()) {
            ObjectNode body = Bodies.parsed(leaf.text())
                    .orElseGet(() -> Bodies.parsed("{}").orElseThrow());
            for (String pointer : rig.deadLetters() > 0 ? List.<String>of() : Bodies.pointers(body)) {
                JsonNode value = body.at(pointer);
                Law.L15.holds(
                        kept.stream().anyMatch(one -> one.at(pointer).equals(value)),
                        leaves,
                        () -> "what " + leaf + " has at " + pointer + " is in no version that is kept");
            }
        }
    }

    /** L11: a mirrored signed version stays to the byte, through edits, deletions and branches upstream. */
    @Property
    void signed_mirrored_staysToTheByte(@ForAll("distinctLeaves") LeafSet leaves) {
        Optional<Document> signed = leaves.leaves().stream()
                .filter(leaf -> isProtected(leaf) && protection(leaf) == Protection.SIGNED)
                .findFirst();
        if (signed.isEmpty()) {
            return;
        }
        PolicyRig rig = rig(false).with(List.of(signed.get())).run();
        Optional<String> before = rig.text(signed.get().id());
        leaves.leaves().stream().filter(leaf -> !isProtected(leaf)).forEach(rig.database::fork);
        rig.run();
        rig.database.put(signed.get().id(), signed.get().revision(), "{}");
        rig.run();
        rig.database.delete(signed.get().id().value());
        rig.run();
        rig.replay();
        Law.L11.holds(
                rig.text(signed.get().id()).equals(before),
                leaves,
                () -> signed.get() + " was mirrored and signed, and now the mirror holds "
                        + rig.text(signed.get().id()));
    }

    /** L17: two hosts that write their decisions upstream write the same revisions, and nothing the second time. */
    @Property
    void writeBack_twoHosts_writeTheSameAndOnce(@ForAll("distinctLeaves") LeafSet leaves) {
        List<Document> reversed = new ArrayList<>(leaves.leaves());
        Collections.reverse(reversed);
        writeTheSame(leaves, rig(true).with(leaves.leaves()), rig(true).with(reversed));
    }

    /** L13, L15, L17: where the leaves come from one ancestor, too; and each of them is archived or mirrored. */
    @Property
    void writeBack_branchesOfOneAncestor_areWrittenOnceAndNothingIsLost(@ForAll("branches") RevisionHistory history) {
        PolicyRig one = rig(true);
        PolicyRig other = rig(true);
        history.writeTo(one.database, LeafSets.ID);
        history.writeTo(other.database, LeafSets.ID);
        LeafSet leaves = history.leaves();
        writeTheSame(leaves, one, other);
        List<String> archived = PolicyRig.versions(one.archived());
        Law.L13.holds(new HashSet<>(archived).size() == archived.size(), leaves, "the archive repeats itself");
        String mirrored = one.text(leaves.id()).orElse("");
        leaves.leaves().stream()
                .filter(leaf -> !leaf.text().equals(mirrored))
                .forEach(leaf -> Law.L15.holds(
                        archived.containsAll(PolicyRig.versions(List.of(leaf))), leaves, () -> leaf + " is lost"));
    }

    private void writeTheSame(LeafSet leaves, PolicyRig one, PolicyRig other) {
        one.run().run();
        other.run().run();
        Law.L17.holds(
                one.leaves().equals(other.leaves()),
                leaves,
                () -> "one host made " + one.leaves() + " of them, the other " + other.leaves());
        List<String> written = one.leaves();
        one.replay();
        new PolicyRig(one.database, asked(), this::sink, true).run().run();
        Law.L17.holds(
                one.leaves().equals(written), leaves, () -> "written again, " + written + " became " + one.leaves());
    }

    /** L19: what waits for a person waits through replays, stays closed when closed, and opens again on a new leaf. */
    @Property
    void review_parkedConflict_waitsForAPersonOrADescendant(@ForAll("distinctLeaves") LeafSet leaves) {
        PolicyRig rig = rig(false).with(leaves.leaves()).run();
        if (!(resolve(leaves) instanceof Resolution.Review) || rig.deadLetters() > 0) {
            return;
        }
        List<String> state = rig.state();
        Law.L19.holds(!rig.open().isEmpty(), leaves, "nothing is open in the archive");
        List<String> open = PolicyRig.versions(rig.open());
        rig.replay();
        Law.L19.holds(
                rig.state().equals(state) && PolicyRig.versions(rig.open()).equals(open),
                leaves,
                "a replay changed what waits");
        rig.mirror.archive().close(PolicyRig.STREAM, leaves.id(), "Dr. Moyo", "seen");
        rig.replay();
        Law.L19.holds(rig.open().isEmpty(), leaves, "what a person closed was opened again by a replay");
        Document late = LeafSets.leaf(new Revision(1, "1a7e"), false, "{\"late\":true}");
        if (resolve(leaves.and(LeafSet.of(late))) instanceof Resolution.Review) {
            rig.arrive(late, Mishap.NONE);
            Law.L19.holds(
                    PolicyRig.versions(rig.open()).containsAll(PolicyRig.versions(List.of(late))),
                    leaves,
                    "a leaf that came after the review is not open");
        }
    }

    /** L19: what waits for a person is settled when somebody replaced one version and deleted all others. */
    @Property
    void review_everyLeafSuperseded_isSettled(
            @ForAll("distinctLeaves") LeafSet leaves, @ForAll("readableBodies") String body) {
        PolicyRig rig = rig(false).with(leaves.leaves()).run();
        List<Document> live =
                leaves.leaves().stream().filter(leaf -> !leaf.deleted()).toList();
        if (rig.open().isEmpty() || live.isEmpty() || rig.hasProtected()) {
            return;
        }
        rig.database.put(leaves.id(), live.get(0).revision(), body);
        live.subList(1, live.size()).forEach(other -> rig.database.delete(leaves.id(), other.revision()));
        LeafSet after = new LeafSet(rig.database.get(leaves.id()).orElseThrow().leaves());
        rig.run();
        boolean decided = !(resolve(after) instanceof Resolution.Review);
        Law.L19.holds(
                !decided || rig.deadLetters() > 0 || rig.open().isEmpty(),
                leaves,
                () -> "every version was superseded, and still open are " + PolicyRig.versions(rig.open()));
    }

    private PolicyRig rig(boolean upstream) {
        return new PolicyRig(asked(), this::sink, upstream);
    }

    /** Leaves as a database can hold them: no revision twice. */
    @Provide
    Arbitrary<LeafSet> distinctLeaves() {
        return leafSets().map(leaves -> {
            Set<String> seen = new HashSet<>();
            return new LeafSet(leaves.leaves().stream()
                    .filter(leaf -> seen.add(leaf.revision().toString().toLowerCase(Locale.ROOT)))
                    .toList());
        });
    }

    @Provide
    Arbitrary<List<Mishap>> mishaps() {
        return Arbitraries.of(Mishap.class).list().ofMinSize(1).ofMaxSize(4);
    }
}
