package dev.docmirror.testkit;

import java.util.Optional;

import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link CheckpointStore} has to keep: compare and set, exactly, and never ahead of the rows. It works for
 * stores that join the mirror's transaction and for those that write after it.
 */
public abstract class CheckpointStoreContractTest extends MirrorContract {
    private static final SourceIdentity SOURCE = new SourceIdentity("server", "clinic", "1739529000");
    private static final Checkpoint FIRST = at("10-first");
    private static final Checkpoint SECOND = at("20-second");
    private static final Checkpoint THIRD = at("5-third");

    @Test
    void load_neverSaved_isEmpty() {
        assertThat(store().load(stream)).isEmpty();
    }

    @Test
    void save_committed_isLoaded() {
        save(Optional.empty(), FIRST);
        assertThat(store().load(stream)).contains(FIRST);
        save(Optional.of(FIRST), SECOND);
        assertThat(store().load(stream)).contains(SECOND);
    }

    @Test
    void save_anyOpaqueText_isKeptVerbatim() {
        Checkpoint odd = new Checkpoint(
                Position.of("1-g1AAAA_ \u00fc\"\\\n" + "x".repeat(5_000) + " "),
                new SourceIdentity("", "clinic/ü%2F", ""));
        save(Optional.empty(), odd);
        assertThat(store().load(stream)).contains(odd);
        save(Optional.of(odd), FIRST);
        assertThat(store().load(stream)).contains(FIRST);
    }

    @Test
    void save_rolledBack_isNotLoaded() {
        save(Optional.empty(), FIRST);
        try (MirrorTransaction transaction = begin()) {
            store().save(stream, Optional.of(FIRST), SECOND, transaction);
        }
        assertThat(store().load(stream)).contains(FIRST);
    }

    @Test
    void save_nothingStoredWhereSomethingWasExpected_isAConflict() {
        assertConflict(Optional.of(FIRST), SECOND);
        assertThat(store().load(stream)).isEmpty();
    }

    @Test
    void save_somethingStoredWhereNothingWasExpected_isAConflict() {
        save(Optional.empty(), FIRST);
        assertConflict(Optional.empty(), SECOND);
        assertThat(store().load(stream)).contains(FIRST);
    }

    @Test
    void save_anotherStoredThanExpected_isAConflict() {
        save(Optional.empty(), FIRST);
        save(Optional.of(FIRST), SECOND);
        assertConflict(Optional.of(FIRST), THIRD);
        assertThat(store().load(stream)).contains(SECOND);
    }

    @Test
    void save_expectedDiffersInCaseOrPadding_isAConflict() {
        save(Optional.empty(), at("10-AbC"));
        assertConflict(Optional.of(at("10-abc")), SECOND);
        assertConflict(Optional.of(at("10-AbC ")), SECOND);
        assertThat(store().load(stream)).contains(at("10-AbC"));
    }

    @Test
    void save_otherSourceThanExpected_isAConflict() {
        save(Optional.empty(), FIRST);
        Checkpoint elsewhere = new Checkpoint(FIRST.position(), new SourceIdentity("other", "clinic", "1739529000"));
        assertConflict(Optional.of(elsewhere), SECOND);
    }

    @Test
    void save_reachedIsStoredAlready_isFine() {
        save(Optional.empty(), FIRST);
        save(Optional.empty(), FIRST);
        save(Optional.of(FIRST), SECOND);
        save(Optional.of(FIRST), SECOND);
        assertThat(store().load(stream)).contains(SECOND);
    }

    @Test
    void save_samePosition_isFine() {
        save(Optional.empty(), FIRST);
        save(Optional.of(FIRST), FIRST);
        assertThat(store().load(stream)).contains(FIRST);
    }

    @Test
    void reset_stored_isForgottenAndTheRowsStay() {
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "1-a", person("Ada", "b1")));
            store().save(stream, Optional.empty(), FIRST, transaction);
            transaction.commit();
        }
        store().reset(stream);
        store().reset(stream);
        assertThat(store().load(stream)).isEmpty();
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        assertThat(entry(id("ada"))).isPresent();
        save(Optional.empty(), SECOND);
        assertThat(store().load(stream)).contains(SECOND);
    }

    @Test
    void save_otherStream_isIndependent() {
        StreamId other = StreamId.of(stream.value().substring(1));
        save(Optional.empty(), FIRST);
        assertThat(store().load(other)).isEmpty();
        store().reset(other);
        assertThat(store().load(stream)).contains(FIRST);
    }

    private CheckpointStore store() {
        return mirror().checkpoints();
    }

    private void save(Optional<Checkpoint> expected, Checkpoint reached) {
        try (MirrorTransaction transaction = begin()) {
            store().save(stream, expected, reached, transaction);
            transaction.commit();
        }
    }

    // A store that can't join may tell at the commit.
    private void assertConflict(Optional<Checkpoint> expected, Checkpoint reached) {
        assertThatThrownBy(() -> save(expected, reached)).isInstanceOf(CheckpointConflictException.class);
    }

    private static Checkpoint at(String position) {
        return new Checkpoint(Position.of(position), SOURCE);
    }
}
