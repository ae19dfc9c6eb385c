package dev.docmirror.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.queue.QueueAudit.Head;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueueAuditTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456Z");

    private final List<AuditEntry> entries = new ArrayList<>();

    QueueAuditTest() {
        for (int i = 0; i < 2_500; i++) {
            append("user " + i, OperationState.PENDING, Optional.of("reason " + i));
        }
    }

    private void append(String by, OperationState to, Optional<String> reason) {
        Optional<AuditEntry> last = entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
        entries.add(AuditEntry.after(last, entries.size() % 7, AT, by, Optional.empty(), to, reason));
    }

    private List<AuditEntry> page(long after, int limit) {
        return entries.stream()
                .filter(entry -> entry.sequence() > after)
                .limit(limit)
                .toList();
    }

    private QueueAudit.Result verify() {
        return QueueAudit.verify(this::page);
    }

    @Test
    void verify_untouched_isIntactToItsHead() {
        assertThat(verify().isIntact()).isTrue();
        assertThat(verify().intactTo())
                .isEqualTo(new Head(2_500, entries.get(2_499).hash()));
        assertThat(QueueAudit.verify(this::page, verify().intactTo()).isIntact())
                .isTrue();
        entries.clear();
        assertThat(verify().isIntact()).isTrue();
        assertThat(verify().intactTo()).isEqualTo(Head.NONE);
    }

    @Test
    void verify_anyFieldAltered_isFoundThere() {
        AuditEntry entry = entries.get(1_700);
        Optional<OperationState> from = Optional.of(OperationState.PENDING);
        List<AuditEntry> altered = List.of(
                new AuditEntry(1_701, 99, AT, entry.by(), entry.from(), entry.to(), entry.reason(), entry.hash()),
                new AuditEntry(
                        1_701,
                        entry.operation(),
                        AT.plusNanos(1_000),
                        entry.by(),
                        entry.from(),
                        entry.to(),
                        entry.reason(),
                        entry.hash()),
                new AuditEntry(
                        1_701,
                        entry.operation(),
                        AT,
                        "mallory",
                        entry.from(),
                        entry.to(),
                        entry.reason(),
                        entry.hash()),
                new AuditEntry(
                        1_701, entry.operation(), AT, entry.by(), from, entry.to(), entry.reason(), entry.hash()),
                new AuditEntry(
                        1_701,
                        entry.operation(),
                        AT,
                        entry.by(),
                        entry.from(),
                        OperationState.CANCELLED,
                        entry.reason(),
                        entry.hash()),
                new AuditEntry(
                        1_701,
                        entry.operation(),
                        AT,
                        entry.by(),
                        entry.from(),
                        entry.to(),
                        Optional.empty(),
                        entry.hash()));
        for (AuditEntry each : altered) {
            entries.set(1_700, each);
            assertThat(verify().broken()).hasValue(1_701);
            assertThat(verify().intactTo().sequence()).isEqualTo(1_700);
        }
    }

    @Test
    void verify_alteredWithAHashOfItsOwn_isFoundAtTheNext() {
        AuditEntry entry = entries.get(10);
        entries.set(
                10,
                AuditEntry.after(
                        Optional.of(entries.get(9)),
                        entry.operation(),
                        AT,
                        "mallory",
                        entry.from(),
                        entry.to(),
                        entry.reason()));
        assertThat(verify().broken()).hasValue(12);
    }

    @Test
    void verify_deletedInsertedOrMoved_isFound() {
        AuditEntry removed = entries.remove(5);
        assertThat(verify().broken()).hasValue(6);
        entries.add(5, removed);
        entries.remove(0);
        assertThat(verify().broken()).hasValue(1);
        entries.add(
                0,
                AuditEntry.after(
                        Optional.empty(),
                        1,
                        AT,
                        "mallory",
                        Optional.empty(),
                        OperationState.PENDING,
                        Optional.empty()));
        assertThat(verify().broken()).hasValue(2);
    }

    @Test
    void verify_cutOffAtTheEnd_isFoundAgainstAHead() {
        Head kept = verify().intactTo();
        entries.subList(2_400, 2_500).clear();
        assertThat(verify().isIntact())
                .as("nothing tells it from a shorter one")
                .isTrue();
        assertThat(QueueAudit.verify(this::page, kept).broken()).hasValue(2_401);
    }

    @Test
    void verify_wholeChainMadeAnew_isFoundAgainstAHead() {
        Head kept = verify().intactTo();
        entries.clear();
        for (int i = 0; i < 3_000; i++) {
            append("mallory", OperationState.PENDING, Optional.empty());
        }
        assertThat(verify().isIntact()).isTrue();
        assertThat(QueueAudit.verify(this::page, kept).broken()).hasValue(2_500);
    }

    @Test
    void hash_fields_canNotRunIntoEachOther() {
        AuditEntry one = AuditEntry.after(
                Optional.empty(), 1, AT, "ab", Optional.empty(), OperationState.PENDING, Optional.of("c"));
        AuditEntry other = AuditEntry.after(
                Optional.empty(), 1, AT, "a", Optional.empty(), OperationState.PENDING, Optional.of("bc"));
        AuditEntry none = AuditEntry.after(
                Optional.empty(), 1, AT, "ab", Optional.empty(), OperationState.PENDING, Optional.empty());
        AuditEntry empty = AuditEntry.after(
                Optional.empty(), 1, AT, "ab", Optional.empty(), OperationState.PENDING, Optional.of(""));
        assertThat(List.of(one.hash(), other.hash(), none.hash(), empty.hash())).doesNotHaveDuplicates();
    }

    @Test
    void hash_ofAnEntry_isAsDocumentedForWhoeverChecksItElsewhere() {
        AuditEntry first = AuditEntry.after(
                Optional.empty(), 7, AT, "ann", Optional.empty(), OperationState.PENDING, Optional.empty());
        assertThat(first.hash()).hasSize(64).matches("[0-9a-f]+");
        assertThat(first.at()).isEqualTo(AT);
        assertThat(first.isAfter(Optional.empty())).isTrue();
        assertThat(first.isAfter(Optional.of(first))).isFalse();
    }
}
