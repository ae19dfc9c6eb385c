package dev.docmirror.policies;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.Leaves.choose;
import static dev.docmirror.policies.Leaves.dead;
import static dev.docmirror.policies.Leaves.live;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.winner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LastWriteWinsTest {
    private static final String EARLY = "{\"updatedAt\":\"2026-02-14T10:30:00Z\"}";
    private static final String LATE = "{\"updatedAt\":\"2026-02-14T10:30:01Z\"}";
    private static final String LATE_MILLIS = "{\"updatedAt\":1771065001000}";

    private final ConflictPolicy policy = ConflictPolicies.lastWriteWins("/updatedAt");

    @Test
    void resolve_laterTime_winsAgainstAHigherRevision() {
        Document late = live("2-a", LATE);
        assertThat(winner(policy, live("9-f", EARLY), late)).isSameAs(late);
    }

    @Test
    void resolve_laterInstantWithSmallerText_wins() {
        Document late = live("2-a", "{\"updatedAt\":\"2026-02-14T09:00:00-05:00\"}");
        assertThat(winner(policy, live("2-f", "{\"updatedAt\":\"2026-02-14T13:59:59Z\"}"), late))
                .isSameAs(late);
    }

    @Test
    void resolve_timesWhoseTextsSortOtherwise_areComparedAsInstants() {
        List<String> ascending = List.of(
                "-5",
                "0",
                "\"1970-01-01T00:00:00.001Z\"",
                "\"2026-02-14\"",
                "\"2026-02-14T10:30:00Z\"",
                "\"2026-02-14T10:30:00.001Z\"",
                "\"2026-02-14T06:30:00.0015-04:00\"",
                "\"2026-02-14T10:30:00.002\"",
                "1771065000003",
                "\"9999-12-31T23:59:59Z\"",
                "\"+10000-01-01T00:00:00Z\"",
                "9223372036854775807");
        for (int i = 1; i < ascending.size(); i++) {
            Document late = live("2-a", "{\"updatedAt\":" + ascending.get(i) + "}");
            Document early = live("9-f", "{\"updatedAt\":" + ascending.get(i - 1) + "}");
            assertThat(winner(policy, early, late)).as(ascending.get(i)).isSameAs(late);
        }
    }

    @Test
    void resolve_textAgainstMilliseconds_areCompared() {
        Document late = live("2-a", LATE_MILLIS);
        assertThat(winner(policy, live("3-f", EARLY), late)).isSameAs(late);
    }

    @Test
    void resolve_textAndMillisecondsOfOneInstant_fallToCouchDbsOrder() {
        Document high = live("10-a", LATE_MILLIS);
        Document low = live("9-f", LATE);
        assertThat(winner(policy, low, high)).isSameAs(high);
        assertThat(choose(policy, List.of(low, high)).reason())
                .isEqualTo("last write wins by /updatedAt: equal times, CouchDB's order");
    }

    @Test
    void resolve_missingOrUnreadableTime_losesToAnyTime() {
        Document timed = live("1-a", "{\"updatedAt\":-1}");
        for (String body : List.of("{}", "{\"updatedAt\":null}", "{\"updatedAt\":\"soon\"}", "{\"updatedAt\":1e30}")) {
            assertThat(winner(policy, live("9-f", body), timed)).as(body).isSameAs(timed);
        }
    }

    @Test
    void resolve_noReadableTime_isCouchDbsOrder() {
        Document high = live("10-0", "{}");
        assertThat(winner(policy, live("9-f", "{\"updatedAt\":\"soon\"}"), high))
                .isSameAs(high);
        assertThat(choose(policy, List.of(high, live("2-f", "{}"))).reason())
                .isEqualTo("last write wins: no readable time at /updatedAt, CouchDB's order");
    }

    @Test
    void resolve_severalPointers_takesTheFirstReadableOfEachVersion() {
        ConflictPolicy two = ConflictPolicies.lastWriteWins("/updatedAt", "/patient/updatedAt");
        Document nested = live("2-a", "{\"updatedAt\":\"?\",\"patient\":{\"updatedAt\":2000}}");
        Document plain = live("2-f", "{\"updatedAt\":1000,\"patient\":{\"updatedAt\":9000}}");
        assertThat(winner(two, plain, nested)).isSameAs(nested);
        assertThat(choose(two, List.of(plain, nested)).reason()).isEqualTo("last write wins by /patient/updatedAt");
    }

    @Test
    void resolve_pointerIntoArraysAndEscapedNames_isFollowed() {
        ConflictPolicy odd = ConflictPolicies.lastWriteWins("/edits/1/a~1b~0c");
        Document late = live("1-a", "{\"edits\":[{},{\"a/b~c\":2}]}");
        assertThat(winner(odd, live("9-f", "{\"edits\":[{},{\"a/b~c\":1}]}"), late))
                .isSameAs(late);
    }

    @Test
    void resolve_plainTombstone_losesToAnyEdit() {
        Document tombstone = dead("9-f", "{}");
        for (String body : List.of("{}", EARLY)) {
            Document edit = live("2-a", body);
            assertThat(winner(policy, tombstone, edit)).as(body).isSameAs(edit);
        }
    }

    @Test
    void resolve_tombstoneWithATime_competesByIt() {
        Document late = dead("2-a", LATE);
        assertThat(winner(policy, live("9-f", EARLY), late)).isSameAs(late);
        assertThat(winner(policy, live("9-f", "{}"), late)).isSameAs(late);
        Document edit = live("2-a", LATE);
        assertThat(winner(policy, dead("9-f", EARLY), edit)).isSameAs(edit);
        assertThat(winner(policy, dead("9-f", LATE), edit))
                .as("an edit of the same time")
                .isSameAs(edit);
    }

    @Test
    void resolve_tombstonesOnly_isTheGreatest() {
        Document high = dead("10-0", "{}");
        assertThat(winner(policy, dead("9-f", "{}"), high)).isSameAs(high);
    }

    @Test
    void resolve_unreadableVersion_losesToReadableOnes() {
        for (Document unreadable : List.of(lost("9-f", false), live("9-f", "{\"updatedAt\":"), live("9-f", "[]"))) {
            for (String body : List.of("{}", EARLY)) {
                Document readable = live("2-a", body);
                assertThat(winner(policy, unreadable, readable)).isSameAs(readable);
            }
        }
    }

    @Test
    void resolve_unreadableEditAgainstAPlainTombstone_deletesNothing() {
        Document edit = lost("2-a", false);
        assertThat(winner(policy, edit, dead("9-f", "{}"))).isSameAs(edit);
    }

    @Test
    void resolve_tooDeepVersion_doesNotThrow() {
        Document deep = live("9-f", "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");
        Document readable = live("2-a", "{}");
        assertThat(winner(policy, deep, readable)).isSameAs(readable);
    }

    @Test
    void resolve_oneVersion_choosesIt() {
        Document only = live("2-a", EARLY);
        assertThat(winner(policy, only)).isSameAs(only);
        assertThat(choose(policy, List.of(only, only)).reason()).isEqualTo("last write wins by /updatedAt");
    }

    @Test
    void lastWriteWins_badPointers_areRefusedByName() {
        assertThatThrownBy(() -> ConflictPolicies.lastWriteWins())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jsonPointers");
        for (String pointer : List.of("", "updatedAt", "/a~2", "/a~", "a/b")) {
            assertThatThrownBy(() -> ConflictPolicies.lastWriteWins("/ok", pointer))
                    .as(pointer)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("jsonPointers[1]");
        }
    }

    @Test
    void equals_samePointers_areOnePolicy() {
        assertThat(ConflictPolicies.lastWriteWins("/a", "/b"))
                .isEqualTo(ConflictPolicies.lastWriteWins("/a", "/b"))
                .hasSameHashCodeAs(ConflictPolicies.lastWriteWins("/a", "/b"))
                .isNotEqualTo(ConflictPolicies.lastWriteWins("/b", "/a"))
                .hasToString("lastWriteWins(/a, /b)");
        assertThat(ConflictPolicies.couchDbWinner())
                .isEqualTo(ConflictPolicies.couchDbWinner())
                .hasToString("couchDbWinner()");
    }
}
