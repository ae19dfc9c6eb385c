package dev.docmirror.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the leases of every {@link MirrorSink} have to keep: one writer a stream, and none that was overtaken. */
public abstract class LeaseContractTest extends MirrorContract {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @BeforeEach
    void giveBackTheOneOfTheFixture() {
        lease().close();
    }

    @Test
    void lease_heldByAnother_isRefusedUntilClosed() {
        Lease first = grant("first", LONG).orElseThrow();
        assertThat(first.stream()).isEqualTo(stream);
        assertThat(grant("second", LONG)).isEmpty();
        first.close();
        assertThat(grant("second", LONG)).isPresent();
    }

    @Test
    void lease_heldByAnother_isRefusedUntilItExpires() {
        Lease first = grant("first", SHORT).orElseThrow();
        assertThat(grant("second", LONG)).isEmpty();
        Lease second = awaitGrant("second");
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThatThrownBy(first::renew).isInstanceOf(LeaseLostException.class);
        first.close();
        assertThat(grant("first", LONG))
                .as("closing a lost lease gives nothing back")
                .isEmpty();
        second.renew();
    }

    @Test
    void lease_everyGrant_hasAHigherEpoch() {
        long epoch = lease().epoch();
        for (String owner : List.of("first", "first", "second", "first")) {
            try (Lease lease = grant(owner, LONG).orElseThrow()) {
                assertThat(lease.epoch()).isGreaterThan(epoch);
                epoch = lease.epoch();
            }
        }
    }

    @Test
    void lease_sameOwnerAgain_replacesTheEarlierGrant() {
        Lease before = grant("first", LONG).orElseThrow();
        Lease after = grant("first", LONG).orElseThrow();
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertThatThrownBy(before::renew).isInstanceOf(LeaseLostException.class);
        before.close();
        assertThat(grant("second", LONG)).isEmpty();
        after.renew();
    }

    @Test
    void lease_otherStream_isIndependent() {
        assertThat(grant("first", LONG)).isPresent();
        StreamId other = StreamId.of(stream.value().substring(1));
        try (Lease lease = mirror().sink().lease(other, "second", LONG).orElseThrow()) {
            assertThat(lease.stream()).isEqualTo(other);
        }
    }

    @Test
    void renew_beforeItExpires_keepsOthersOut() {
        Lease first = grant("first", SHORT).orElseThrow();
        long end = System.nanoTime() + SHORT.multipliedBy(2).toNanos();
        while (System.nanoTime() < end) {
            first.renew();
            assertThat(grant("second", LONG)).isEmpty();
            LockSupport.parkNanos(SHORT.dividedBy(5).toNanos());
        }
    }

    @Test
    void close_twice_isFine() {
        Lease first = grant("first", LONG).orElseThrow();
        first.close();
        first.close();
        assertThat(grant("second", LONG)).isPresent();
    }

    @Test
    void commit_leaseTakenByAnother_throwsAndLeavesNothing() {
        Lease zombie = grant("zombie", SHORT).orElseThrow();
        try (MirrorTransaction transaction = mirror().sink().begin(zombie)) {
            writeEverything(transaction);
            awaitGrant("second");
            assertThatThrownBy(transaction::commit).isInstanceOf(LeaseLostException.class);
        }
        assertNothing();
    }

    @Test
    void commit_newOwnerCommittedMeanwhile_leavesOnlyTheNewOwnersWork() {
        Lease zombie = grant("zombie", SHORT).orElseThrow();
        Lease second = awaitGrant("second");
        try (MirrorTransaction transaction = mirror().sink().begin(second)) {
            apply(transaction, Version.of("bob", "1-b", person("Bob", "b2")));
            transaction.commit();
        }
        assertThatThrownBy(() -> {
                    try (MirrorTransaction transaction = mirror().sink().begin(zombie)) {
                        writeEverything(transaction);
                        transaction.commit();
                    }
                })
                .isInstanceOf(LeaseLostException.class);
        assertThat(column(PEOPLE, "name")).containsExactly("Bob");
        assertThat(mirror().checkpoints().load(stream)).isEmpty();
    }

    @Test
    void commit_sameOwnersNewerGrant_throwsForTheOlderOne() {
        Lease before = grant("first", LONG).orElseThrow();
        try (MirrorTransaction transaction = mirror().sink().begin(before)) {
            writeEverything(transaction);
            assertThat(grant("first", LONG)).isPresent();
            assertThatThrownBy(transaction::commit).isInstanceOf(LeaseLostException.class);
        }
        assertNothing();
    }

    private Lease awaitGrant(String owner) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        Optional<Lease> granted = grant(owner, LONG);
        while (granted.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            granted = grant(owner, LONG);
        }
        return granted.orElseThrow(() -> new AssertionError("the lease of " + SHORT + " never expired"));
    }

    private void writeEverything(MirrorTransaction transaction) {
        apply(transaction, Version.of("ada", "2-a", person("Ada", "b1")));
        transaction.archive(List.of(new ArchivedConflict(
                Documents.document("ada", "2-0", "{}"),
                Optional.empty(),
                Optional.of(Revision.of("2-a")),
                ArchivedConflict.Outcome.CHOSEN,
                "a rule")));
        transaction.park(List.of(new DeadLetter(
                id("eve"), Revision.of("1-e"), Optional.empty(), DeadLetter.Kind.MAPPING, "a missing field")));
        mirror().checkpoints()
                .save(
                        stream,
                        Optional.empty(),
                        new Checkpoint(Position.of("7"), new SourceIdentity("server", "clinic", "1")),
                        transaction);
    }

    private void assertNothing() {
        assertThat(column(PEOPLE, "name")).isEmpty();
        assertThat(entry(id("ada"))).isEmpty();
        assertThat(mirror().archive().count(stream)).isZero();
        assertThat(mirror().deadLetters().count(stream)).isZero();
        assertThat(mirror().checkpoints().load(stream)).isEmpty();
    }
}
