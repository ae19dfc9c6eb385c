package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static dev.docmirror.testkit.ContractTables.PHONES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What every {@link MirrorTransaction} has to keep: all of it becomes durable at once, or none of it. */
public abstract class MirrorTransactionContractTest extends MirrorContract {
    private static final Checkpoint REACHED =
            new Checkpoint(Position.of("7-opaque"), new SourceIdentity("server", "clinic", "1"));

    @Test
    void commit_everything_isDurableTogether() {
        try (MirrorTransaction transaction = begin()) {
            writeEverything(transaction);
            assertNothing();
            transaction.commit();
        }
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        assertThat(column(PHONES, "number")).containsExactlyInAnyOrder("1", "2");
        assertThat(entry(id("ada"))).isPresent();
        assertThat(mirror().archive().count(stream)).isEqualTo(1);
        assertThat(mirror().deadLetters().count(stream)).isEqualTo(1);
        assertThat(mirror().checkpoints().load(stream)).contains(REACHED);
    }

    @Test
    void close_withoutCommit_leavesNothing() {
        MirrorTransaction transaction = begin();
        writeEverything(transaction);
        transaction.close();
        assertNothing();
        transaction.close();
        write(Version.of("bob", "1-b", person("Bob", "b1")));
        assertThat(column(PEOPLE, "name")).containsExactly("Bob");
    }

    @Test
    void close_afterCommit_undoesNothing() {
        MirrorTransaction transaction = begin();
        writeEverything(transaction);
        transaction.commit();
        transaction.close();
        transaction.close();
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
    }

    @Test
    void close_withoutCommit_restoresWhatWasEdited() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2")));
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "2-a", pet("Ada the cat")));
        }
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        assertThat(column(PHONES, "number")).containsExactlyInAnyOrder("1", "2");
        assertThat(entry(id("ada")).orElseThrow().revision()).isEqualTo(Revision.of("1-a"));
    }

    @Test
    void afterCommit_commit_runsOnceWhenTheRowsAreDurable() {
        List<Object> seen = new ArrayList<>();
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "1-a", person("Ada", "b1")));
            transaction.afterCommit(() -> seen.addAll(column(PEOPLE, "name")));
            assertThat(seen).isEmpty();
            transaction.commit();
            assertThat(seen).containsExactly("Ada");
        }
        assertThat(seen).containsExactly("Ada");
    }

    @Test
    void afterCommit_rollback_neverRuns() {
        List<Object> seen = new ArrayList<>();
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "1-a", person("Ada", "b1")));
            transaction.afterCommit(() -> seen.add("ran"));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void afterCommit_actionFails_leavesThroughCommitWithTheRowsDurable() {
        IllegalStateException failure = new IllegalStateException("the action failed");
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "1-a", person("Ada", "b1")));
            transaction.afterCommit(() -> {
                throw failure;
            });
            assertThatThrownBy(transaction::commit).isSameAs(failure);
        }
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
    }

    @Test
    void unwrap_typeNobodyKnows_isEmpty() {
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.unwrap(MirrorTransactionContractTest.class)).isEmpty();
        }
    }

    @Test
    void commit_nothingWritten_isFine() {
        try (MirrorTransaction transaction = begin()) {
            transaction.apply(List.of());
            transaction.archive(List.of());
            transaction.park(List.of());
            transaction.commit();
        }
        assertNothing();
    }

    private void writeEverything(MirrorTransaction transaction) {
        apply(transaction, Version.of("ada", "2-a", person("Ada", "b1"), phones("1", "2")));
        transaction.archive(List.of(new ArchivedConflict(
                Documents.document("ada", "2-0", "{\"n\":1}"),
                Optional.of("person"),
                Optional.of(Revision.of("2-a")),
                ArchivedConflict.Outcome.CHOSEN,
                "a rule")));
        transaction.park(List.of(new DeadLetter(
                id("eve"), Revision.of("1-e"), Optional.empty(), DeadLetter.Kind.MAPPING, "a missing field")));
        mirror().checkpoints().save(stream, Optional.empty(), REACHED, transaction);
    }

    private void assertNothing() {
        assertThat(column(PEOPLE, "name")).isEmpty();
        assertThat(column(PHONES, "number")).isEmpty();
        assertThat(entry(id("ada"))).isEmpty();
        assertThat(mirror().archive().count(stream)).isZero();
        assertThat(mirror().deadLetters().count(stream)).isZero();
        assertThat(mirror().checkpoints().load(stream)).isEmpty();
    }
}
