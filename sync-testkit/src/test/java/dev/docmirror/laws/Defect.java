package dev.docmirror.laws;

import java.util.Comparator;
import java.util.function.Supplier;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.testkit.LeafSets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Defects as policies really have them, each with the law that has to catch it. */
enum Defect {
    NONE("none", "", () -> Wrong.select(Wrong.LATEST)),

    GENERATION_AS_TEXT(
            "L8",
            "couchDbOrder_equalBodies_decidesLikeCouchDb",
            () -> Wrong.select(Wrong.LIVE
                    .thenComparing(leaf -> String.valueOf(leaf.revision().generation()))
                    .thenComparing(Wrong.REVISION))),
    HASH_AS_TEXT(
            "L8",
            "couchDbOrder_equalBodies_decidesLikeCouchDb",
            () -> Wrong.select(Wrong.LIVE
                    .thenComparing(leaf -> leaf.revision().generation())
                    .thenComparing(leaf -> leaf.revision().hash()))),
    TOMBSTONE_BEATS_EDIT(
            "L8",
            "couchDbOrder_equalBodies_decidesLikeCouchDb",
            () -> Wrong.select(Wrong.LIVE.reversed().thenComparing(Wrong.REVISION))),
    TIE_BREAK_SKIPPED(
            "L9",
            "ties_equalBodiesAndHashes_fallToTheGeneration",
            () -> Wrong.policy(conflict -> Wrong.last(conflict.leaves(), Wrong.TIME))),
    FIRST_OF_THE_LIST(
            "L2",
            "permutation_anyOrder_decidesTheSame",
            () -> Wrong.policy(conflict -> Wrong.first(conflict.leaves(), Wrong.TIME))),
    MAJORITY("L3", "duplicates_repeatedLeaves_decidesTheSame", () -> Wrong.policy(Wrong::mostFrequent)),
    FOREIGN_LEAF("L4", "order_choice_isOneOfTheLeaves", () -> Wrong.policy(Wrong::copyOfAnotherRevision)),
    MEDIAN(
            "L5",
            "association_twoParts_decideAsTheWhole",
            () -> Wrong.policy(conflict -> conflict.leaves().stream()
                    .sorted(Wrong.LATEST)
                    .skip(conflict.leaves().size() / 2)
                    .findFirst()
                    .orElseThrow())),
    FIRST_COME(
            "L6", "worker_anyScheduleOfArrivals_endsWhereAllAtOnceEnds", () -> Wrong.policy(Wrong::mirroredOrLatest)),
    ALONE_IS_REVIEWED("L7", "singleton_oneLeaf_isKept", () -> (conflict, context) -> new Resolution.Review("always")),

    HASH_ORDER(
            "L1",
            "purity_sameLeavesReadAnew_decidesTheSame",
            () -> Wrong.select(Comparator.comparing(System::identityHashCode))),
    DEFAULT_LOCALE(
            "L1",
            "purity_otherThreadLocaleAndZone_decidesTheSame",
            () -> Wrong.select(Comparator.comparing(Wrong::isFinalInThisLocale).thenComparing(Wrong.LATEST))),
    DEFAULT_ZONE(
            "L1",
            "purity_otherThreadLocaleAndZone_decidesTheSame",
            () -> Wrong.select(Comparator.comparing(Wrong::timeInThisZone)
                    .thenComparing(Wrong.LIVE)
                    .thenComparing(Wrong.REVISION))),
    CHANGES_BODIES(
            "L1",
            "purity_bodies_areNotChanged",
            () -> Wrong.policy(conflict -> {
                conflict.leaves().forEach(leaf -> leaf.body().put("seen", true));
                return Wrong.latest(conflict);
            })),

    NOW_CONSULTED(
            "L10",
            "time_movedIntoTheFuture_decidesTheSame",
            () -> Wrong.select(Comparator.comparing(Wrong::timeUntilNow)
                    .thenComparing(Wrong.LIVE)
                    .thenComparing(Wrong.REVISION))),
    MILLISECONDS_AS_SECONDS(
            "L10",
            "time_sameInstantsInOtherForms_decideTheSame",
            () -> Wrong.select(Comparator.comparing(Wrong::timeInSeconds)
                    .thenComparing(Wrong.LIVE)
                    .thenComparing(Wrong.REVISION))),
    TIME_AS_TEXT(
            "L10",
            "time_sameInstantsInOtherForms_decideTheSame",
            () -> Wrong.select(Comparator.<Document, String>comparing(
                            leaf -> leaf.body().path("at").asString(""))
                    .thenComparing(Wrong.LIVE)
                    .thenComparing(Wrong.REVISION))),
    MISSING_TIME_FIRST(
            "L10",
            "time_missingOrUnreadable_ranksBelowAnyReadable",
            () -> Wrong.select(Comparator.<Document, Boolean>comparing(
                            leaf -> Wrong.time(leaf).isEmpty())
                    .thenComparing(Wrong.LATEST))),

    TOMBSTONE_BEATS_SIGNED(
            "L11",
            "signed_anyCompetitors_aProtectedLeafWins",
            () -> Wrong.guard(
                    Protection.SIGNED,
                    Wrong.LIVE.reversed().thenComparing(Wrong::isMarked).thenComparing(Wrong.REVISION))),
    UNSIGNED_BEATS_SIGNED(
            "L11", "signed_anyCompetitors_aProtectedLeafWins", () -> Wrong.guard(Protection.SIGNED, Wrong.LATEST)),
    EDIT_BEATS_LOCKED(
            "L12", "signed_anyCompetitors_aProtectedLeafWins", () -> Wrong.guard(Protection.LOCKED, Wrong.REVISION)),

    ARCHIVES_TWICE("L13", "archive_anyLeaves_holdsEachLoserOnce", () -> Wrong.select(Wrong.LATEST)) {
        @Override
        MirrorSink sink(MirrorSink mirror) {
            return WrongSink.archivesTwice(mirror);
        }
    },
    ARCHIVE_SKIPS_ONE("L15", "worker_anyLeaves_losesNoValue", () -> Wrong.select(Wrong.LATEST)) {
        @Override
        MirrorSink sink(MirrorSink mirror) {
            return WrongSink.skipsOne(mirror);
        }
    },

    INVENTS_A_VALUE(
            "L14", "merge_anyLeaves_isMadeOfThem", () -> Wrong.merge((merged, conflict) -> merged.put("merged", true))),
    DROPS_A_FIELD("L16", "merge_anyLeaves_isMadeOfThem", () -> Wrong.merge((merged, conflict) -> merged.remove("n"))),
    STAMPS_THE_MERGE(
            "L17",
            "writeBack_twoHosts_writeTheSameAndOnce",
            () -> Wrong.merge((merged, conflict) -> merged.put("at", System.nanoTime()))),
    GUARD_DECIDES_ABOUT_DRAFTS(
            "L18",
            "composition_nothingProtected_aGuardDefers",
            () -> Wrong.guard(
                    Protection.SIGNED, Comparator.comparing(Wrong::isMarked).thenComparing(Wrong.LATEST))),
    FORGETS_THE_REVIEW("L19", "review_parkedConflict_waitsForAPersonOrADescendant", () -> Wrong::reviewOnce),
    FAILS_ON_UNREADABLE_TIME(
            "L20",
            "totality_anyValidJson_isDecided",
            () -> Wrong.select(Comparator.comparing(Wrong::timeOrFailure)
                    .thenComparing(Wrong.LIVE)
                    .thenComparing(Wrong.REVISION)));

    private final String law;
    private final String property;

    @SuppressWarnings("ImmutableEnumChecker") // makes a new one each time
    private final Supplier<ConflictPolicy> policy;

    Defect(String law, String property, Supplier<ConflictPolicy> policy) {
        this.law = law;
        this.property = property;
        this.policy = policy;
    }

    String law() {
        return law;
    }

    /** The property of {@link dev.docmirror.testkit.ConflictPolicyLaws} that states it. */
    String property() {
        return property;
    }

    ConflictPolicy policy() {
        return policy.get();
    }

    MirrorSink sink(MirrorSink mirror) {
        return mirror;
    }

    Arbitrary<String> bodies() {
        Arbitrary<String> fields = Arbitraries.of("{}", "{\"n\":1}", "{\"n\":2}", "{\"status\":\"FINAL\"}");
        Arbitrary<String> marked = LeafSets.with("/signed", Arbitraries.of("", "", "true"), fields);
        return LeafSets.with("/at", LeafSets.times(), marked);
    }
}
