package dev.docmirror.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.monitor.SyncEvent;

/** What happens to the changes of one batch. Confined to one thread. */
final class BatchOutcome {
    private final int changes;
    private final Map<DocumentId, Decision.Write> writes = new LinkedHashMap<>();
    private final List<DeadLetter> parked = new ArrayList<>();
    private final List<DocumentId> suspects = new ArrayList<>();
    private final List<DocumentId> untraced = new ArrayList<>();
    private final Set<IdentityRequest> unidentified = new LinkedHashSet<>();
    private final List<DocumentId> unproven = new ArrayList<>();
    private int unchanged;
    private int stillParked;
    private int rewound;
    private boolean retried;

    BatchOutcome(int changes) {
        this.changes = changes;
    }

    void add(DocumentId id, Decision decision) {
        if (decision instanceof Decision.Write write) {
            writes.put(id, write);
        } else if (decision instanceof Decision.Park park) {
            parked.add(park.letter());
        } else if (decision instanceof Decision.Unchanged) {
            unchanged++;
        } else if (decision instanceof Decision.Suspect) {
            suspects.add(id);
        } else if (decision instanceof Decision.Untraced) {
            untraced.add(id);
        } else if (decision instanceof Decision.Unidentified unknown) {
            unidentified.addAll(unknown.requests());
        }
    }

    /** What is mirrored of the document is not stored. */
    void unproven(DocumentId id) {
        unproven.add(id);
    }

    List<DocumentId> unproven() {
        return unproven;
    }

    /** The document is in the dead letters and stays there. */
    void stillParked() {
        stillParked++;
    }

    /** How many documents can't be mirrored, those included that were parked before and were not tried again. */
    int leftParked() {
        return poison() + stillParked;
    }

    /** The source handed out an older state of a document. */
    void rewound() {
        rewound++;
    }

    /** These are documents that collided before: that they do so still is no news. */
    void retried() {
        retried = true;
    }

    /** Those of some changes that are not parked once more for what they were parked for. */
    List<DocumentChange> news(List<DocumentChange> changes) {
        Set<DocumentId> still = retried
                ? parked.stream()
                        .filter(letter -> letter.kind() == DeadLetter.Kind.COLLISION)
                        .map(DeadLetter::id)
                        .collect(Collectors.toSet())
                : Set.of();
        return changes.stream().filter(change -> !still.contains(change.id())).toList();
    }

    /** Whether every change is decided, so that nothing has to be looked up. */
    boolean isDecided() {
        return suspects.isEmpty() && untraced.isEmpty() && unidentified.isEmpty();
    }

    /** Documents of which the source has to say how they are now. */
    List<DocumentId> suspects() {
        return suspects;
    }

    /** Documents of which the source has to say where the leaves come from. */
    List<DocumentId> untraced() {
        return untraced;
    }

    /** Whose identities the mapper has to know. */
    Collection<IdentityRequest> unidentified() {
        return unidentified;
    }

    /** The sink refused these documents: their rows, losers and registry entries are not written. */
    void refuse(List<DeadLetter> refused) {
        for (DeadLetter letter : refused) {
            Decision.Write write = writes.remove(letter.id());
            Optional<String> type = letter.type()
                    .or(() -> write == null
                            ? Optional.empty()
                            : write.write().state().type());
            parked.add(new DeadLetter(letter.id(), letter.revision(), type, letter.kind(), letter.reason()));
        }
    }

    int changes() {
        return changes;
    }

    List<DocumentWrite> writes() {
        return writes.values().stream().map(Decision.Write::write).toList();
    }

    /** How many of the writes are about documents of which nothing was mirrored. */
    long firstWrites() {
        return writes.values().stream()
                .filter(write -> write.write().before().isEmpty())
                .count();
    }

    List<DeadLetter> parked() {
        return parked;
    }

    /** How many documents can't be mirrored; those that wait for a key are none of them. */
    int poison() {
        return parked.size() - encrypted();
    }

    int encrypted() {
        return (int) parked.stream()
                .filter(letter -> letter.kind() == DeadLetter.Kind.ENCRYPTED)
                .count();
    }

    List<ArchivedConflict> losers() {
        return writes.values().stream()
                .flatMap(write -> write.conflict().stream())
                .flatMap(conflict -> conflict.losers().stream())
                .toList();
    }

    /** Documents whose open archive entries this batch closes. */
    List<DocumentId> settled() {
        return idsOf(Decision.Write::settles);
    }

    /** Documents whose decisions the source has to hear of. */
    List<DocumentId> upstream() {
        return idsOf(Decision.Write::upstream);
    }

    private List<DocumentId> idsOf(Predicate<Decision.Write> which) {
        return writes.entrySet().stream()
                .filter(write -> which.test(write.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The events of this batch, but for the batch itself. Types in {@code told} are not told again. */
    List<SyncEvent> events(Set<Optional<String>> told, int mostTypes) {
        List<SyncEvent> events = new ArrayList<>();
        writes.forEach((id, decision) -> {
            decision.conflict().ifPresent(conflict -> events.add(resolved(id, decision, conflict)));
            if (decision.settles()) {
                MirroredDocument state = decision.write().state();
                events.add(new SyncEvent.ConflictSettled(id, state.type(), state.revision()));
            }
            events.addAll(decision.alarms());
            decision.unknown()
                    .filter(unknown -> told.size() < mostTypes && told.add(unknown.type()))
                    .ifPresent(events::add);
        });
        parked.stream()
                .filter(letter -> letter.kind() != DeadLetter.Kind.ENCRYPTED)
                .filter(letter -> !retried || letter.kind() != DeadLetter.Kind.COLLISION)
                .forEach(letter -> events.add(new SyncEvent.DocumentParked(letter)));
        if (rewound > 0) {
            events.add(new SyncEvent.FeedRewound(rewound));
        }
        return events;
    }

    SyncEvent.BatchMirrored mirrored(long bytes, Duration elapsed, OptionalLong pending, boolean caughtUp) {
        Map<String, Integer> rows = new HashMap<>();
        int skipped = 0;
        int unknown = 0;
        for (Decision.Write write : writes.values()) {
            skipped += write.skipped() ? 1 : 0;
            unknown += write.unknown().isPresent() ? 1 : 0;
            for (RowChange row : write.write().rows()) {
                rows.merge(row.table().table(), rows(row), Integer::sum);
            }
        }
        return new SyncEvent.BatchMirrored(
                changes,
                writes.size() - skipped,
                unchanged,
                skipped,
                unknown,
                encrypted(),
                rows,
                bytes,
                elapsed,
                pending,
                caughtUp);
    }

    private static int rows(RowChange row) {
        if (row instanceof RowChange.Keep) {
            return 0;
        }
        return row instanceof RowChange.Replace replace ? replace.rows().size() : 1;
    }

    private static SyncEvent resolved(DocumentId id, Decision.Write decision, Decision.Resolved conflict) {
        return new SyncEvent.ConflictResolved(
                id,
                decision.write().state().type(),
                conflict.chosen(),
                conflict.losers().stream()
                        .map(loser -> loser.loser().revision())
                        .collect(Collectors.toList()),
                conflict.outcome(),
                conflict.reason());
    }
}
