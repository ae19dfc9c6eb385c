package dev.docmirror.policies;

import java.util.function.Predicate;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution.Defer;
import dev.docmirror.conflict.Resolution.Review;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.Leaves.gone;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.note;
import static dev.docmirror.policies.Leaves.resolve;
import static dev.docmirror.policies.Leaves.winner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SidesAndReviewTest {
    private final ConflictPolicy client = ConflictPolicies.clientWins("/deviceId");
    private final ConflictPolicy server = ConflictPolicies.serverWins("/deviceId");
    private final ConflictPolicy review = ConflictPolicies.manualReview();

    private final Document phone = note("2-a", "\"deviceId\":\"phone\"");
    private final Document tablet = note("2-b", "\"deviceId\":7");
    private final Document desk = note("3-a", "\"deviceId\":\"\"");
    private final Document backend = note("3-b", "");

    @Test
    void clientWins_bothSidesAlive_choosesTheClientsGreatest() {
        assertThat(winner(client, phone, backend, tablet, desk, gone("9-f", "")))
                .isSameAs(tablet);
    }

    @Test
    void serverWins_bothSidesAlive_choosesTheServersGreatest() {
        assertThat(winner(server, phone, backend, tablet, desk, gone("9-f", "")))
                .isSameAs(backend);
    }

    @Test
    void sides_preferredSideAlone_isDecidedInTheSameOrder() {
        assertThat(winner(client, phone, tablet)).isSameAs(tablet);
        assertThat(winner(server, desk, backend, gone("9-f", "\"deviceId\":\"phone\"")))
                .isSameAs(backend);
    }

    @Test
    void sides_otherSideAloneOrNoneAlive_defer() {
        assertThat(resolve(client, desk, backend)).isEqualTo(new Defer());
        assertThat(resolve(server, phone, tablet)).isEqualTo(new Defer());
        assertThat(resolve(client, lost("9-f", false), lost("9-a", false))).isEqualTo(new Defer());
        for (ConflictPolicy policy : new ConflictPolicy[] {client, server}) {
            assertThat(resolve(policy, gone("9-f", ""))).isEqualTo(new Defer());
        }
    }

    @Test
    void sides_unreadableVersion_isTheServers() {
        Document unreadable = lost("9-f", false);
        assertThat(winner(client, phone, unreadable)).isSameAs(phone);
        assertThat(winner(server, phone, unreadable)).isSameAs(unreadable);
        assertThat(winner(server, backend, unreadable)).isSameAs(unreadable);
    }

    @Test
    void sides_predicate_tellsTheClientsVersions() {
        Predicate<Document> low = leaf -> leaf.revision().generation() < 3;
        assertThat(winner(ConflictPolicies.clientWins(low), phone, backend)).isSameAs(phone);
        assertThat(winner(ConflictPolicies.serverWins(low), phone, backend)).isSameAs(backend);
        assertThat(ConflictPolicies.clientWins(low)).isEqualTo(ConflictPolicies.clientWins(low));
    }

    @Test
    void manualReview_severalLiveLeaves_isForAPerson() {
        assertThat(resolve(review, phone, tablet)).isInstanceOf(Review.class);
        assertThat(resolve(review, phone, lost("1-a", false), gone("9-f", ""))).isInstanceOf(Review.class);
    }

    @Test
    void manualReview_atMostOneLiveLeaf_isDecided() {
        assertThat(winner(review, phone)).isSameAs(phone);
        assertThat(winner(review, phone, phone)).isSameAs(phone);
        assertThat(winner(review, phone, gone("9-f", ""), gone("8-f", ""))).isSameAs(phone);
        Document greatest = gone("9-f", "");
        assertThat(winner(review, gone("8-f", ""), greatest)).isSameAs(greatest);
    }

    @Test
    void orElse_behindAPolicyThatAlwaysDecides_isRefused() {
        for (ConflictPolicy policy :
                new ConflictPolicy[] {review, ConflictPolicies.couchDbWinner(), ConflictPolicies.lastWriteWins("/at")
                }) {
            assertThatThrownBy(() -> policy.orElse(client)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(client.orElse(review).decidesAlways()).isTrue();
    }

    @Test
    void equals_sameConfiguration_isOnePolicy() {
        assertThat(client)
                .isEqualTo(ConflictPolicies.clientWins("/deviceId"))
                .isNotEqualTo(server)
                .hasToString("clientWins(/deviceId)");
        assertThat(server).hasToString("serverWins(/deviceId)");
        assertThat(review).isEqualTo(ConflictPolicies.manualReview()).hasToString("manualReview()");
    }
}
