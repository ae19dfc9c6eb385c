package dev.docmirror.policies;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.conflict.Resolution.Choose;
import dev.docmirror.conflict.Resolution.Merge;
import dev.docmirror.conflict.Resolution.Review;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.ConflictPolicies.couchDbWinner;
import static dev.docmirror.policies.ConflictPolicies.fieldMerge;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.manualReview;
import static dev.docmirror.policies.FieldMerge.ArrayRule.UNION;
import static dev.docmirror.policies.FieldMerge.DeleteRule.DELETE_WINS;
import static dev.docmirror.policies.Leaves.conflict;
import static dev.docmirror.policies.Leaves.gone;
import static dev.docmirror.policies.Leaves.live;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.note;
import static dev.docmirror.policies.Leaves.resolve;
import static dev.docmirror.policies.Leaves.traced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FieldMergeTest {
    private final FieldMerge policy = fieldMerge(lastWriteWins("/at"));

    @Test
    void resolve_disjointEdits_bothSurvive() {
        assertThat(merged("'a':1,'b':1,'c':1", "'a':1,'b':2,'c':1", "'a':3,'b':1,'c':1"))
                .isEqualTo("'a':3,'b':2,'c':1");
    }

    @Test
    void resolve_threeVersions_contributeAll() {
        assertThat(merged("'a':1", "'a':1,'x':1", "'a':1,'y':2", "'a':5")).isEqualTo("'a':5,'x':1,'y':2");
    }

    @Test
    void resolve_equalEdits_areOne() {
        assertThat(merged("'a':1,'b':1", "'a':2,'b':1,'c':1", "'a':2,'b':2")).isEqualTo("'a':2,'b':2,'c':1");
        assertThat(merged("'a':1", "'a':2.0,'b':1", "'a':2,'c':1"))
                .as("equal by value")
                .isEqualTo("'a':2.0,'b':1,'c':1");
    }

    @Test
    void resolve_nestedObjects_areMergedFieldByField() {
        assertThat(merged(
                        "'p':{'name':'x','tel':{'home':1}}",
                        "'p':{'name':'y','tel':{'home':1}}",
                        "'p':{'name':'x','tel':{'home':1,'cell':2}}"))
                .isEqualTo("'p':{'name':'y','tel':{'home':1,'cell':2}}");
        assertThat(merged("'a':1", "'a':1,'p':{'x':1}", "'a':1,'p':{'y':2}"))
                .as("added on both sides")
                .isEqualTo("'a':1,'p':{'x':1,'y':2}");
    }

    @Test
    void resolve_removals_countWhereNobodyEdited() {
        assertThat(merged("'a':1,'b':1,'c':1", "'b':1,'c':2", "'a':1,'b':2,'c':1"))
                .as("removed and untouched")
                .isEqualTo("'b':2,'c':2");
        assertThat(merged("'a':1,'b':1", "'b':2", "'a':2,'b':1"))
                .as("removed and edited")
                .isEqualTo("'b':2,'a':2");
        assertThat(merged("'a':1,'b':1", "'b':1,'c':1", "'b':2"))
                .as("removed twice")
                .isEqualTo("'b':2,'c':1");
        assertThat(merged("'p':{'x':1,'y':1},'b':1", "'b':2", "'p':{'x':1,'y':2},'b':1"))
                .as("an object that was removed, and edited within")
                .isEqualTo("'b':2,'p':{'x':1,'y':2}");
    }

    @Test
    void resolve_nullAndMissing_areDifferent() {
        assertThat(merged("'a':1,'b':1", "'a':null,'b':1", "'a':1,'b':2")).isEqualTo("'a':null,'b':2");
        assertThat(merged("'a':null,'b':1", "'b':1,'c':1", "'a':null,'b':2")).isEqualTo("'b':2,'c':1");
    }

    @Test
    void resolve_fieldEditedDifferently_isGivenByTheContestedPolicysChoice() {
        assertThat(merged("'t':0,'a':0,'at':0", "'t':1,'a':0,'x':1,'at':100", "'t':2,'a':2,'at':200"))
                .isEqualTo("'t':2,'a':2,'x':1,'at':200");
        assertThat(merged("'t':0,'a':0,'at':0", "'t':1,'a':0,'x':1,'at':300", "'t':2,'a':2,'at':200"))
                .isEqualTo("'t':1,'a':2,'x':1,'at':300");
    }

    @Test
    void resolve_choiceDidNotEditTheField_isAskedAmongThoseThatDid() {
        assertThat(merged("'t':0", "'t':0,'at':300", "'t':1,'at':100", "'t':2,'at':200"))
                .isEqualTo("'t':2,'at':300");
        Document ancestor = note("1-a", "'t':0".replace('\'', '"'));
        Document one = note("2-a", "\"t\":1,\"at\":100");
        Document two = note("2-b", "\"t\":2,\"at\":50,\"x\":1");
        Conflict withTombstone = traced(ancestor, conflict(one, two, gone("9-f", "\"at\":500")), one, two);
        assertThat(((Merge) resolve(policy, withTombstone)).merged().path("t").intValue())
                .as("a tombstone gives no fields")
                .isEqualTo(1);
    }

    @Test
    void resolve_kindsThatDoNotMerge_areContested() {
        assertThat(merged("'p':{'x':1},'at':0", "'p':{'x':2},'at':1,'u':1", "'p':[3],'at':2,'v':1"))
                .isEqualTo("'p':[3],'at':2,'u':1,'v':1");
        assertThat(merged("'p':1,'at':0", "'p':{'x':1},'at':2,'u':1", "'p':{'y':1},'at':1,'v':1"))
                .isEqualTo("'p':{'x':1},'at':2,'u':1,'v':1");
    }

    @Test
    void resolve_contestedPolicyWantsNoChoice_getsItsWay() {
        FieldMerge careful = fieldMerge(manualReview());
        assertThat(resolve(careful, history("'a':1", "'a':2", "'a':3"))).isInstanceOf(Review.class);
        assertThat(resolve(careful, history("'a':1,'b':1", "'a':2,'b':1", "'a':1,'b':2")))
                .isInstanceOf(Merge.class);
        Resolution defer =
                resolve(fieldMerge(ConflictPolicies.clientWins("/deviceId")), history("'a':1", "'a':2", "'a':3"));
        assertThat(defer).isEqualTo(new Resolution.Defer());
    }

    @Test
    void resolve_arraysWhole_areOneField() {
        assertThat(merged("'l':[1,2],'at':0", "'l':[1,2,3],'at':1,'x':1", "'l':[0,1,2],'at':2"))
                .isEqualTo("'l':[0,1,2],'at':2,'x':1");
        assertThat(merged("'l':[1],'b':1", "'l':[1,2],'b':1", "'l':[1],'b':2")).isEqualTo("'l':[1,2],'b':2");
    }

    @Test
    void resolve_arraysAsUnion_takeAdditionsAndRemovals() {
        FieldMerge union = policy.withArray("/p/tags", UNION);
        assertThat(merged(
                        union,
                        "'p':{'tags':['a','b','c']}",
                        "'p':{'tags':['z','a','c']}",
                        "'p':{'tags':['c','b','d']}"))
                .isEqualTo("'p':{'tags':['z','c','d']}");
        assertThat(merged(union, "'x':1", "'x':1,'p':{'tags':[{'n':1}]},'u':1", "'x':1,'p':{'tags':[{'n':1.0},2]}"))
                .isEqualTo("'x':1,'p':{'tags':[{'n':1},2]},'u':1");
        assertThat(merged(union, "'p':{'tags':[1,2]},'x':1", "'p':{},'x':2", "'p':{'tags':[1,3]},'x':1"))
                .as("removed altogether, and edited")
                .isEqualTo("'p':{'tags':[1,3]},'x':2");
        assertThat(merged(union, "'p':{'tags':[1.0]}", "'p':{}", "'p':{'tags':[1,2]}", "'p':{'tags':[1,3]}"))
                .as("the elements of the versions, not the ancestor's equal ones")
                .isEqualTo("'p':{'tags':[1,2,3]}");
        assertThat(merged(
                        union,
                        "'p':{'tags':[1]},'at':0",
                        "'p':{'tags':2},'at':1,'u':1",
                        "'p':{'tags':[1,3]},'at':0,'v':1"))
                .as("no array any more")
                .isEqualTo("'p':{'tags':2},'at':1,'u':1,'v':1");
    }

    @Test
    void resolve_mergedBody_hasTheWinnersRevisionAndOrder() {
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Document winner = note("3-a", "\"z\":1,\"b\":1,\"a\":1");
        Document other = note("2-f", "\"a\":1,\"new\":1,\"b\":2");
        Merge merge = (Merge) resolve(policy, traced(ancestor, conflict(other, winner), other, winner));
        assertThat(merge.merged()).hasToString("{\"_id\":\"note\",\"_rev\":\"3-a\",\"z\":1,\"b\":2,\"a\":1,\"new\":1}");
        assertThat(merge.reason()).isEqualTo("field merge against the common ancestor");
    }

    @Test
    void resolve_resultOfOneVersion_choosesThatVersion() {
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Document longer = note("3-a", "\"a\":1,\"b\":1");
        Document edited = note("2-f", "\"a\":1,\"b\":2");
        Choose choose = (Choose) resolve(policy, traced(ancestor, conflict(longer, edited), longer, edited));
        assertThat(choose.winner()).isSameAs(edited);
    }

    @Test
    void resolve_noCommonVersion_isLeftToTheContestedPolicy() {
        Document one = note("2-a", "\"a\":2,\"b\":1,\"at\":9");
        Document two = note("2-b", "\"a\":1,\"b\":2,\"at\":1");
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Conflict plain = conflict(one, two);
        Ancestry bodiless = new Ancestry(
                one.id(),
                Map.of(
                        one.revision(), List.of(one.revision(), ancestor.revision()),
                        two.revision(), List.of(two.revision(), ancestor.revision())),
                Map.of());
        Conflict compacted =
                new Conflict(plain.change(), plain.mirrored(), plain.protectedVersion(), Optional.of(bodiless));
        for (Conflict conflict : List.of(
                plain,
                compacted,
                traced(ancestor, plain),
                traced(live("1-a", "{"), plain, one, two),
                traced(lost("1-a", false), plain, one, two))) {
            assertThat(((Choose) resolve(policy, conflict)).winner()).isSameAs(one);
        }
    }

    @Test
    void resolve_versionsThatCantBeMerged_areLeftToTheContestedPolicy() {
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Document one = note("2-a", "\"a\":2,\"b\":1,\"at\":9");
        Document unreadable = lost("2-b", false);
        assertThat(((Choose) resolve(policy, traced(ancestor, conflict(one, unreadable), one, unreadable))).winner())
                .isSameAs(one);
        Document twice = note("2-a", "\"a\":1,\"b\":2,\"at\":1");
        assertThat(((Choose) resolve(policy, traced(ancestor, conflict(one, twice), one, twice))).winner())
                .as("one revision, two bodies")
                .isSameAs(one);
    }

    @Test
    void resolve_attachments_areThoseOfCouchDbsWinner() {
        String scan = "\"_attachments\":{\"scan\":{\"digest\":\"md5-1\",\"stub\":true}}";
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Document plain = note("2-a", "\"a\":2,\"b\":1,\"at\":9");
        Document winner = note("2-b", scan + ",\"a\":1,\"b\":2");
        Merge merge = (Merge) resolve(policy, traced(ancestor, conflict(plain, winner), plain, winner));
        assertThat(merge.merged().path("_attachments")).isEqualTo(winner.body().path("_attachments"));

        Document behind = note("2-0", scan + ",\"a\":1,\"b\":2");
        assertThat(((Choose) resolve(policy, traced(ancestor, conflict(plain, behind), plain, behind))).winner())
                .as("a stub that CouchDB would not take")
                .isSameAs(plain);
    }

    @Test
    void resolve_deletionAgainstEdit_followsTheRule() {
        Document edit = note("2-a", "\"a\":2");
        Document tombstone = gone("9-f", "");
        assertThat(((Choose) resolve(policy, edit, tombstone)).winner()).isSameAs(edit);
        FieldMerge deleting = policy.withDelete(DELETE_WINS);
        assertThat(((Choose) resolve(deleting, edit, gone("1-b", ""), tombstone)).winner())
                .isSameAs(tombstone);
        assertThat(((Choose) resolve(deleting, edit)).winner()).isSameAs(edit);
        assertThat(((Choose) resolve(deleting, traced(gone("1-b", ""), conflict(edit, gone("1-b", "")), edit)))
                        .winner())
                .as("written again after it was deleted")
                .isSameAs(edit);
        assertThat(((Choose) resolve(policy, gone("1-b", ""), tombstone)).winner())
                .isSameAs(tombstone);
    }

    @Test
    void resolve_contestedPolicyProtects_decidesAlone() {
        ConflictPolicy guard = ConflictPolicies.immutableOnceSigned("/sig");
        FieldMerge merge = fieldMerge(guard.orElse(couchDbWinner()));
        Document ancestor = note("1-a", "\"a\":1,\"b\":1");
        Document signed = note("2-a", "\"a\":1,\"b\":1,\"sig\":\"x\"");
        Document edit = note("2-b", "\"a\":1,\"b\":2");
        assertThat(((Choose) resolve(merge, traced(ancestor, conflict(signed, edit), signed, edit))).winner())
                .isSameAs(signed);
        assertThat(merge.protection(signed)).isEqualTo(Protection.SIGNED);
    }

    @Test
    void resolve_manyLeaves_areMergedAtOnce() {
        Document ancestor = note("1-a", "\"a\":1");
        Document[] leaves = new Document[1_000];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = note("2-" + i, "\"a\":1,\"f" + i + "\":" + i);
        }
        Merge merge = (Merge) resolve(policy, traced(ancestor, conflict(leaves), leaves));
        assertThat(merge.merged().size()).isEqualTo(1_003);
    }

    @Test
    void needsAncestry_alwaysAndTellsTheTimeOfTheContestedPolicy() {
        assertThat(policy.needsAncestry()).isTrue();
        assertThat(policy.decidesAlways()).isTrue();
        assertThat(fieldMerge(ConflictPolicies.lockedOnce("/x")).decidesAlways())
                .isFalse();
        assertThat(policy.writtenAt(note("1-a", "\"at\":0"))).isPresent();
    }

    @Test
    void equals_sameConfiguration_isOnePolicy() {
        FieldMerge one = policy.withArray("/a", UNION).withDelete(DELETE_WINS);
        assertThat(one)
                .isEqualTo(
                        fieldMerge(lastWriteWins("/at")).withDelete(DELETE_WINS).withArray("/a", UNION))
                .hasSameHashCodeAs(policy.withArray("/a", UNION).withDelete(DELETE_WINS))
                .isNotEqualTo(policy)
                .hasToString("fieldMerge(lastWriteWins(/at)).withArray(/a, UNION).withDelete(DELETE_WINS)");
        assertThatThrownBy(() -> policy.withArray("a", UNION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pointer: must be a JSON Pointer");
    }

    private String merged(String ancestor, String... leaves) {
        return merged(policy, ancestor, leaves);
    }

    /** The fields behind id and revision, with single quotes. */
    private static String merged(FieldMerge policy, String ancestor, String... leaves) {
        Merge merge = (Merge) resolve(policy, history(ancestor, leaves));
        String json = merge.merged().toString().replace('"', '\'');
        return json.substring(json.indexOf(",", json.indexOf("'_rev'")) + 1, json.length() - 1);
    }

    /** Edits of one version; the first is CouchDB's winner. */
    private static Conflict history(String ancestor, String... leaves) {
        Document[] documents = new Document[leaves.length];
        for (int i = 0; i < leaves.length; i++) {
            documents[i] = note("2-" + (9 - i), leaves[i].replace('\'', '"'));
        }
        return traced(note("1-a", ancestor.replace('\'', '"')), conflict(documents), documents);
    }
}
