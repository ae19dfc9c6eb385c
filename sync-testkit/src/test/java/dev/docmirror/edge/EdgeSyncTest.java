package dev.docmirror.edge;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.edge.EdgeStatus.State;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.Opened;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.MissingKeyException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import dev.docmirror.testkit.InMemoryDocumentStore;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static dev.docmirror.edge.EdgeRig.NO_SESSION;
import static dev.docmirror.edge.EdgeRig.QUICK;
import static dev.docmirror.edge.EdgeRig.body;
import static dev.docmirror.edge.EdgeRig.id;
import static org.assertj.core.api.Assertions.assertThat;

/** What is pushed, and what becomes of what can't be. */
class EdgeSyncTest {
    private static final EdgeReport NOTHING = new EdgeReport(0, 0, 0, 0, Optional.empty());

    private final EdgeRig rig = new EdgeRig();
    private final InMemoryDocumentStore store = new InMemoryDocumentStore();
    private final EdgeSync edge = rig.edge(store).build();

    @Test
    void pushAll_newChangedAndDeleted_reachTheServerOnce() {
        store.put(id("a"), NO_SESSION, body("1"));
        store.put(id("b"), NO_SESSION, body("1"));
        store.put(id("c"), NO_SESSION, body("1"));
        store.delete(id("c"));
        assertThat(edge.pushAll()).isEqualTo(new EdgeReport(2, 0, 0, 0, Optional.empty()));
        store.put(id("a"), NO_SESSION, body("2"));
        store.delete(id("b"));
        assertThat(edge.pushAll().pushed()).isEqualTo(2);
        assertThat(edge.pushAll()).isEqualTo(NOTHING);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store)).containsOnlyKeys("a");
        assertThat(generation("a")).isEqualTo(2);
        assertThat(generation("b")).isEqualTo(2);
        assertThat(rig.server.get(id("c"))).isEmpty();
        store.put(id("b"), NO_SESSION, body("3"));
        edge.pushAll();
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store)).containsOnlyKeys("a", "b");
    }

    @Test
    void pushAll_severalEditsBetweenPushes_areOneRevision() {
        store.put(id("a"), NO_SESSION, body("1"));
        store.put(id("a"), NO_SESSION, body("2"));
        store.put(id("a"), NO_SESSION, body("3"));
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        assertThat(generation("a")).isEqualTo(1);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void checkpoint_isBeforeTheFirstThatIsPending() {
        assertThat(store.checkpoint()).isZero();
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        long second = store.put(id("b"), NO_SESSION, body("1")).sequence();
        assertThat(store.checkpoint()).isZero();
        edge.pushSession("visit-1");
        assertThat(store.checkpoint()).isEqualTo(second - 1);
        edge.pushAll();
        assertThat(store.checkpoint()).isEqualTo(second);
    }

    @Test
    void pushSession_others_stay() {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        store.put(id("b"), Optional.of("visit-2"), body("1"));
        store.put(id("c"), Optional.of("visit-1"), body("1"));
        assertThat(edge.session("visit-1")).isEqualTo(new SessionStatus("visit-1", 2, 0, 0, 0));
        assertThat(edge.pushSession("visit-1").pushed()).isEqualTo(2);
        assertThat(rig.onServer()).containsOnlyKeys("a", "c");
        assertThat(edge.session("visit-1").isPushed()).isTrue();
        assertThat(edge.session("visit-2").isPushed()).isFalse();
        assertThat(rig.events(EdgeEvent.SessionChanged.class))
                .containsExactly(new EdgeEvent.SessionChanged(new SessionStatus("visit-1", 0, 2, 0, 0)));
        assertThat(edge.pushSession("no such session")).isEqualTo(NOTHING);
    }

    @Test
    void pushAll_answerLost_writesNoSecondRevision() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().failNext(Point.TARGET_ANSWER, 2);
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        assertThat(generation("a")).isEqualTo(1);
        assertThat(rig.events(EdgeEvent.RetryScheduled.class)).hasSize(2);
    }

    @Test
    void pushAll_answerLostThenChangedHere_sendsTheOldEditAgainFirst() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().failNext(Point.TARGET_ANSWER, QUICK.maxAttempts());
        assertThat(edge.pushAll().failure()).containsInstanceOf(TransientSyncException.class);
        store.put(id("a"), NO_SESSION, body("2"));
        assertThat(rig.edge(store).build().pushAll())
                .as("by the next process")
                .isEqualTo(new EdgeReport(2, 0, 0, 0, Optional.empty()));
        assertThat(generation("a")).isEqualTo(2);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void pushAll_answerLostThenDeletedHere_deletesOnTheServer() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().failNext(Point.TARGET_ANSWER, QUICK.maxAttempts());
        edge.pushAll();
        store.delete(id("a"));
        assertThat(edge.pushAll().pushed()).isEqualTo(2);
        assertThat(rig.onServer()).isEmpty();
        store.put(id("b"), NO_SESSION, body("1"));
        rig.server.faults().failNext(Point.TARGET, QUICK.maxAttempts());
        edge.pushAll();
        store.delete(id("b"));
        rig.server.validate(edit -> edit.deleted() ? Optional.empty() : Optional.of("forbidden"));
        assertThat(edge.pushAll().failure()).isEmpty();
        assertThat(store.get(id("b")).orElseThrow().state())
                .as("it never came to be there")
                .isEqualTo(PushState.PUSHED);
    }

    @Test
    void pushAll_serverDown_endsInErrorAndGoesOnLater() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().failAlways(Point.TARGET);
        EdgeReport report = edge.pushAll();
        assertThat(report.failure()).containsInstanceOf(TransientSyncException.class);
        assertThat(report.isComplete()).isFalse();
        assertThat(rig.events(EdgeEvent.RetryScheduled.class)).hasSize(QUICK.maxAttempts() - 1);
        assertThat(rig.server.faults().passes(Point.TARGET)).isEqualTo(QUICK.maxAttempts());
        assertThat(edge.status().state()).isEqualTo(State.ERROR);
        assertThat(edge.status().failure()).isPresent();
        assertThat(edge.cache().documents()).isZero();
        rig.server.faults().heal();
        assertThat(edge.pushAll().isComplete()).isTrue();
        assertThat(edge.status()).isEqualTo(new EdgeStatus(State.IDLE, 1, 1, Optional.empty()));
    }

    @Test
    void pushAll_refusedCredentials_endsAtOnce() {
        store.put(id("a"), NO_SESSION, body("1"));
        EdgeSync denied = EdgeSync.builder(store, edits -> {
                    throw new AccessDeniedException("no", null);
                })
                .options(QUICK)
                .build();
        assertThat(denied.pushAll().failure()).containsInstanceOf(AccessDeniedException.class);
        EdgeSync broken = EdgeSync.builder(store, edits -> {
                    throw new IllegalStateException("CANARY");
                })
                .options(QUICK)
                .build();
        assertThat(broken.pushAll().failure().orElseThrow())
                .isInstanceOf(UnexpectedFailureException.class)
                .hasMessageNotContaining("CANARY");
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
    }

    @Test
    void pushAll_otherVersionOnServer_isInConflictUntilRebased() {
        store.put(id("a"), Optional.of("visit-1"), body("mine"));
        store.put(id("b"), NO_SESSION, body("1"));
        Revision theirs = rig.server.put("a", "{\"name\":\"theirs\"}");
        assertThat(edge.pushAll()).isEqualTo(new EdgeReport(1, 1, 0, 0, Optional.empty()));
        assertThat(rig.events(EdgeEvent.Conflicting.class))
                .containsExactly(new EdgeEvent.Conflicting(id("a"), Optional.empty()));
        assertThat(edge.session("visit-1").needsDecision()).isTrue();
        store.put(id("a"), Optional.of("visit-1"), body("merged"));
        assertThat(edge.pushAll()).as("left alone").isEqualTo(NOTHING);
        assertThat(rig.onServer()).containsEntry("a", "{\"name\":\"theirs\"}");
        store.rebase(id("a"), Optional.of(theirs));
        assertThat(edge.pushAll().isComplete()).isTrue();
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
        assertThat(generation("a")).isEqualTo(2);
    }

    @Test
    void pushAll_deletedOnServer_isInConflictUntilRebased() {
        store.put(id("a"), NO_SESSION, body("1"));
        edge.pushAll();
        rig.server.delete("a");
        store.put(id("a"), NO_SESSION, body("2"));
        assertThat(edge.pushAll().conflicting()).isEqualTo(1);
        store.rebase(id("a"), Optional.empty());
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void pushAll_refused_isLeftUntilChangedOrRetried() {
        rig.server.validate(edit -> Optional.of("forbidden")
                .filter(reason -> edit.body().path("name").asString("").equals("bad")));
        store.put(id("a"), NO_SESSION, body("bad"));
        store.put(id("b"), NO_SESSION, body("bad"));
        store.put(id("c"), NO_SESSION, body("good"));
        assertThat(edge.pushAll()).isEqualTo(new EdgeReport(1, 0, 2, 0, Optional.empty()));
        assertThat(rig.events(EdgeEvent.Refused.class))
                .containsExactly(
                        new EdgeEvent.Refused(id("a"), "forbidden"), new EdgeEvent.Refused(id("b"), "forbidden"));
        assertThat(edge.pushAll()).as("left alone").isEqualTo(NOTHING);
        store.put(id("a"), NO_SESSION, body("better"));
        rig.server.validate(edit -> Optional.empty());
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        store.retry(id("b"));
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void pushAll_putWhileItRuns_isPushedToo() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().next(Point.TARGET, () -> {
            store.put(id("a"), NO_SESSION, body("2"));
            store.put(id("b"), NO_SESSION, body("1"));
        });
        assertThat(edge.pushAll().pushed()).isEqualTo(3);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void pushAll_storeFails_pinnedEditsAreNotSentTwice() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server
                .faults()
                .next(Point.TARGET_ANSWER, () -> store.faults().failNext(InMemoryDocumentStore.Point.WRITE, 1));
        assertThat(edge.pushAll().failure()).containsInstanceOf(TransientSyncException.class);
        assertThat(edge.status().state()).isEqualTo(State.ERROR);
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
        assertThat(generation("a")).isEqualTo(1);
    }

    @Test
    void pushAll_sealed_serverSeesEnvelopesAndOnlyOneRevision() {
        EnvelopeCodec codec = Envelopes.of("clinic", KeyRing.of(Keys.key("k1")));
        EdgeSync sealing = rig.edge(store).envelopes(codec).build();
        ObjectNode already = codec.seal(id("b"), body("2"));
        store.put(id("a"), NO_SESSION, body("1"));
        store.put(id("b"), NO_SESSION, already);
        rig.server.faults().failNext(Point.TARGET_ANSWER, QUICK.maxAttempts() + 1);
        assertThat(sealing.pushAll().isComplete()).isFalse();
        assertThat(rig.edge(store).envelopes(codec).build().pushAll().pushed()).isEqualTo(2);
        assertThat(generation("a")).isEqualTo(1);
        ObjectNode stored = rig.server.get(id("a")).orElseThrow().winner().body();
        assertThat(codec.recognizes(stored)).isTrue();
        assertThat(((Opened.Plaintext) codec.open(id("a"), stored))
                        .body()
                        .path("name")
                        .asString())
                .isEqualTo("1");
        assertThat(rig.onServer().get("b")).isEqualTo(already.toString());
        store.delete(id("a"));
        assertThat(sealing.pushAll().pushed()).isEqualTo(1);
        assertThat(rig.onServer()).containsOnlyKeys("b");
    }

    @Test
    void pushAll_canNotBeSealed_isRefusedAlone() {
        EnvelopeCodec codec = Envelopes.of("clinic", KeyRing.of(Keys.key("k1")));
        ObjectNode deep = body("deep");
        ObjectNode inner = deep;
        for (int i = 0; i < 150; i++) {
            inner = inner.putObject("in");
        }
        store.put(id("a"), NO_SESSION, deep);
        store.put(id("b"), NO_SESSION, body("other").put("_id", "another"));
        store.put(id("c"), NO_SESSION, body("good"));
        assertThat(rig.edge(store).envelopes(codec).build().pushAll())
                .isEqualTo(new EdgeReport(1, 0, 2, 0, Optional.empty()));
        assertThat(rig.events(EdgeEvent.Refused.class))
                .extracting(EdgeEvent.Refused::id)
                .containsExactly(id("a"), id("b"));
    }

    @Test
    void pushAll_noKeyToSealWith_endsInError() {
        store.put(id("a"), NO_SESSION, body("1"));
        EdgeSync keyless =
                rig.edge(store).envelopes(Envelopes.of("clinic", KeyRing.of())).build();
        assertThat(keyless.pushAll().failure()).containsInstanceOf(MissingKeyException.class);
        assertThat(edge.pushAll().pushed()).isEqualTo(1);
    }

    @Test
    void pushAll_progress_isToldWithStatus() {
        for (int i = 0; i < 5; i++) {
            store.put(id("n" + i), NO_SESSION, body("1"));
        }
        rig.edge(store).options(QUICK.withBatchSize(2)).build().pushAll();
        assertThat(rig.events(EdgeEvent.Progress.class))
                .containsExactly(
                        new EdgeEvent.Progress(2, 5), new EdgeEvent.Progress(4, 5), new EdgeEvent.Progress(5, 5));
        List<EdgeEvent.StatusChanged> states = rig.events(EdgeEvent.StatusChanged.class);
        assertThat(states.get(0).status()).isEqualTo(new EdgeStatus(State.SYNCING, 0, 5, Optional.empty()));
        assertThat(states.get(states.size() - 1).status())
                .isEqualTo(new EdgeStatus(State.IDLE, 5, 5, Optional.empty()));
    }

    @Test
    void pushAll_listenerFails_goesOn() {
        store.put(id("a"), NO_SESSION, body("1"));
        EdgeSync told = EdgeSync.builder(store, rig.server.target())
                .listener(event -> {
                    throw new IllegalStateException("CANARY");
                })
                .build();
        assertThat(told.pushAll().isComplete()).isTrue();
    }

    private long generation(String id) {
        return rig.server.get(id(id)).orElseThrow().winner().revision().generation();
    }
}
