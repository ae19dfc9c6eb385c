package dev.docmirror.policies;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.Leaves.dead;
import static dev.docmirror.policies.Leaves.live;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.winner;
import static org.assertj.core.api.Assertions.assertThat;

class CouchDbWinnerTest {
    private final ConflictPolicy policy = ConflictPolicies.couchDbWinner();

    @Test
    void resolve_liveVersion_winsAgainstALongerTombstone() {
        Document edit = live("2-0", "{}");
        assertThat(winner(policy, dead("9-f", "{}"), edit)).isSameAs(edit);
    }

    @Test
    void resolve_generations_areComparedAsNumbers() {
        Document ten = live("10-0", "{}");
        assertThat(winner(policy, live("9-f", "{}"), ten)).isSameAs(ten);
    }

    @Test
    void resolve_equalGenerations_compareTheHashByItsBytes() {
        Document high = live("2-" + "f".repeat(32), "{}");
        assertThat(winner(policy, live("2-" + "0".repeat(32), "{}"), high)).isSameAs(high);
    }

    @Test
    void resolve_unreadableVersion_isNotLookedAt() {
        Document high = lost("3-a", false);
        assertThat(winner(policy, live("2-f", "{}"), high)).isSameAs(high);
    }

    @Test
    void resolve_oneRevisionWithTwoBodies_doesNotDependOnTheOrder() {
        Document one = live("2-a", "{\"n\":1}");
        Document two = live("2-a", "{\"n\":2}");
        assertThat(Leaves.choose(policy, List.of(one, two)).winner())
                .isSameAs(Leaves.choose(policy, List.of(two, one)).winner());
    }
}
