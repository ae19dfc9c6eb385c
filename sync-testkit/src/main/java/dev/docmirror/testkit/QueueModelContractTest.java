package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever host, two workers and an administrator do, in any order, a {@link QueueStore} is in the state that a plain
 * model of it is in.
 */
public abstract class QueueModelContractTest {
    private static final List<Optional<ObjectNode>> DOCUMENTS = List.of(
            Optional.empty(),
            Optional.of(json("{}")),
            Optional.of(json("{\"f\":0,\"keep\":1}")),
            Optional.of(json("{\"f\":{\"g\":0,\"h\":1}}")));
    private static final String HASH = "0123456789abcdef0123456789abcdef";

    /** Opens a fixture on an empty queue; asked before each try. */
    protected abstract QueueFixture openQueue() throws Exception;

    @Property
    void store_whateverHappens_isAsTheModelSays(@ForAll("lives") ActionChain<Life> lives) {
        Life[] last = new Life[1];
        try {
            lives.withInvariant("as the model", life -> {
                        last[0] = life;
                        life.check();
                    })
                    .run();
            assertThat(QueueAudit.verify(last[0].store::audit).isIntact()).isTrue();
        } finally {
            if (last[0] != null) {
                last[0].fixture.close();
            }
        }
    }

    @Provide
    Arbitrary<ActionChain<Life>> lives() {
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 9_999);
        return ActionChain.startWith(this::open)
                .withAction(6, action("enqueue", any, Life::enqueue))
                .withAction(4, action("claim", any, Life::claim))
                .withAction(4, action("settle", any, Life::settle))
                .withAction(1, action("pin", any, Life::pin))
                .withAction(2, action("giveBack", any, Life::giveBack))
                .withAction(1, action("renew", any, Life::renew))
                .withAction(2, action("pass", any, Life::pass))
                .withAction(2, action("change", any, Life::change))
                .withAction(1, action("purge", any, (life, dice) -> life.purge()))
                .withMaxTransformations(40);
    }

    private Life open() {
        try {
            return new Life(openQueue());
        } catch (Exception e) {
            throw new IllegalStateException("the fixture could not be opened", e);
        }
    }

    private interface Step {
        void take(Life life, int dice);
    }

    private static Action.Independent<Life> action(String name, Arbitrary<Integer> dice, Step step) {
        return () -> Combinators.combine(Arbitraries.just(name), dice)
                .as((label, number) -> Transformer.mutate(label + " " + number, life -> step.take(life, number)));
    }

    private static ObjectNode json(String text) {
        return Documents.document("any", "1-a", text).body();
    }

    /** A store and its model. */
    static final class Life {
        private final QueueFixture fixture;
        private final QueueStore store;
        private final QueueModel model = new QueueModel();
        private final List<Claim> claims = new ArrayList<>();
        private int revisions = 1;

        Life(QueueFixture fixture) {
            this.fixture = fixture;
            this.store = fixture.store();
        }

        private void enqueue(int dice) {
            DocumentId id = DocumentId.of(dice % 2 == 0 ? "a" : "b");
            ObjectNode body = json(
                    switch (dice / 2 % 4) {
                        case 0 -> "{\"f\":" + dice + "}";
                        case 1 -> "{\"f\":{\"g\":" + dice + "}}";
                        case 2 -> "{\"f\":null,\"e\":1}";
                        default -> "{\"f\":{\"g\":null},\"e\":null}";
                    });
            String type = dice / 360 % 3 == 0 ? "task" : "note";
            SyncOperation operation = switch (dice / 8 % 5) {
                case 0 -> SyncOperation.create(type, id, body);
                case 1 -> SyncOperation.update(type, id, body);
                case 2, 3 -> SyncOperation.patch(type, id, body);
                default -> SyncOperation.delete(type, id);
            };
            if (operation.kind() != SyncOperation.Kind.CREATE && dice / 40 % 3 == 0) {
                operation = operation.onRevision(revision(1));
            }
            SyncOperation meant = dice / 120 % 3 == 0 ? operation.after(Duration.ofMinutes(5)) : operation;
            boolean folds = model.folds(meant).isPresent();
            int before = model.items().size();
            long number = store.enqueue(meant).number();
            assertThat(model.items().containsKey(number)).as("folded").isEqualTo(folds);
            model.enqueued(number, meant);
            assertThat(model.items()).hasSize(folds ? before : before + 1);
        }

        private void claim(int dice) {
            int limit = 1 + dice / 2 % 3;
            Set<String> types = List.of(Set.<String>of(), Set.<String>of(), Set.of("note"), Set.of("task", "none"))
                    .get(dice / 6 % 4);
            List<Long> claimable = model.claimable(types);
            List<Claim> got = store.claim("w" + dice % 2, limit, Duration.ofMinutes(QueueModel.LEASE), types);
            assertThat(got.stream().map(claim -> claim.operation().number()))
                    .as("of which document first, nobody promises")
                    .hasSize(Math.min(limit, claimable.size()))
                    .doesNotHaveDuplicates()
                    .isSubsetOf(claimable);
            got.forEach(claim -> {
                assertThat(claims.stream()
                                .filter(each -> each.operation().number()
                                        == claim.operation().number())
                                .map(Claim::token))
                        .doesNotContain(claim.token());
                model.claimed(claim.operation().number(), claim.token());
            });
            claims.addAll(got);
        }

        /** Any claim that ever was, held or lost. */
        private Optional<Claim> claimOf(int dice) {
            return claims.isEmpty()
                    ? Optional.empty()
                    : Optional.of(claims.get(claims.size() - 1 - dice % Math.min(4, claims.size())));
        }

        private boolean holds(Claim claim) {
            return model.holds(claim.operation().number(), claim.token());
        }

        private void settle(int dice) {
            claimOf(dice).ifPresent(claim -> settle(claim, dice / 4));
        }

        private void settle(Claim claim, int dice) {
            long number = claim.operation().number();
            revisions++;
            Revision revision = revision(revisions);
            SyncOperation now = store.find(number)
                    .map(QueuedOperation::operation)
                    .orElse(claim.operation().operation());
            Settlement settlement = switch (dice % 7) {
                case 0, 1 -> Settlement.completed(claim, Optional.of(revision), Optional.empty());
                case 2 -> Settlement.conflict(claim, Optional.of(revision), "conflict");
                case 3 -> Settlement.failed(claim, "failed", Optional.of(Duration.ofMinutes(4)));
                case 4 -> Settlement.refused(claim, "refused");
                case 5 -> Settlement.released(claim, Optional.empty(), Duration.ZERO);
                default -> Settlement.again(claim, now.rebased(revision), "again", Duration.ofMinutes(1));
            };
            boolean held = holds(claim);
            assertThat(store.settle(List.of(settlement))).hasSize(held ? 1 : 0);
            if (held) {
                model.settled(number, settlement.next(), settlement.keepsPin(), settlement.retryIn());
                settlement.operation().ifPresent(again -> model.redone(number, again));
                settlement
                        .result()
                        .or(() -> settlement.operation().flatMap(SyncOperation::base))
                        .ifPresent(base -> model.rebased(number, now.base(), base));
            }
        }

        private void pin(int dice) {
            claimOf(dice).ifPresent(claim -> {
                DocumentEdit edit =
                        new DocumentEdit(claim.operation().operation().id(), Optional.empty(), false, json("{}"));
                boolean held = holds(claim);
                assertThat(store.pin(List.of(new QueueStore.Pin(claim, edit)))).hasSize(held ? 1 : 0);
                if (held) {
                    model.pinned(claim.operation().number());
                }
            });
        }

        /** A worker that shuts down between what it pins and what it sends. */
        private void giveBack(int dice) {
            claim(dice);
            pin(0);
            claimOf(0).ifPresent(claim -> settle(claim, 5));
        }

        private void renew(int dice) {
            claimOf(dice).ifPresent(claim -> {
                boolean held = holds(claim);
                assertThat(store.renew(List.of(claim), Duration.ofMinutes(QueueModel.LEASE)))
                        .hasSize(held ? 1 : 0);
                if (held) {
                    model.renewed(claim.operation().number());
                }
            });
        }

        /** No sums of these are a delay, so that nothing depends on what happens within one moment. */
        private void pass(int dice) {
            int minutes = List.of(3, 7, 11).get(dice % 3);
            fixture.pass(Duration.ofMinutes(minutes));
            model.pass(minutes);
        }

        private void change(int dice) {
            List<Long> numbers = List.copyOf(model.items().keySet());
            if (numbers.isEmpty()) {
                return;
            }
            long number = numbers.get(dice / 4 % numbers.size());
            revisions++;
            SyncOperation now = store.find(number).orElseThrow().operation();
            SyncOperation redone = now.rebased(revision(revisions));
            ManualChange change = switch (dice % 4) {
                case 0 -> new ManualChange.Retry();
                case 1 -> new ManualChange.Redo(redone);
                case 2 -> new ManualChange.Cancel();
                default -> new ManualChange.Yield();
            };
            boolean allowed = model.changed(number, change);
            assertThat(store.change(number, change, "admin", "because").isPresent())
                    .isEqualTo(allowed);
            if (allowed && change instanceof ManualChange.Redo) {
                model.redone(number, redone);
                model.rebased(number, now.base(), revision(revisions));
            }
        }

        private void purge() {
            assertThat(store.purge(Instant.parse("2200-01-01T00:00:00Z"))).isEqualTo(model.purged());
        }

        private void check() {
            List<QueuedOperation> all = store.list(QueueFilter.all().page(0, 1_000));
            assertThat(all.stream().map(QueuedOperation::number))
                    .containsExactlyElementsOf(model.items().keySet());
            for (QueuedOperation each : all) {
                QueueModel.Item item = Objects.requireNonNull(model.items().get(each.number()));
                assertThat(each.state()).isEqualTo(item.state());
                assertThat(each.attempts()).isEqualTo(item.attempts());
                assertThat(each.operation().base()).isEqualTo(item.base());
                assertThat(each.dueAt().map(due -> minutes(each.enqueuedAt(), due)))
                        .isEqualTo(item.dueAfter());
                if (each.state() != OperationState.COMPLETED) {
                    assertThat(each.pinned().isPresent()).isEqualTo(item.isPinned());
                }
                for (Optional<ObjectNode> document : DOCUMENTS) {
                    assertThat(QueueModel.effect(each.operation(), document)).isEqualTo(item.effectOn(document));
                }
            }
        }

        /** Rounded, because a real store's clock goes on. */
        private static long minutes(Instant from, Instant to) {
            return Math.round(Duration.between(from, to).toMillis() / 60_000.0);
        }

        private static Revision revision(int generation) {
            return new Revision(generation, HASH);
        }

        /** How many operations there are; no content. */
        @Override
        public String toString() {
            return model.items().size() + " operations";
        }
    }
}
