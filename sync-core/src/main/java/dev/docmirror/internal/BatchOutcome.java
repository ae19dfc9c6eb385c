package dev.docmirror.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.monitor.SyncEvent;

/** What happens to the changes of one batch. Confined to one thread. */
final class BatchOutcome {
    private final int changes;
    private final Map<DocumentId, Decision.Write> writes = new LinkedHashMap<>();
    private final List<DeadLetter> parked = new ArrayList<>();
    private int unchanged;
    private int rewound;

    BatchOutcome(int changes) {
        this.changes = changes;
    }

    void add(DocumentChange change, Decision decision) {
        if (decision instanceof Decision.Write write) {
            writes.put(change.id(), write);
        } else if (decision instanceof Decision.Park park) {
            parked.add(park.letter());
        } else if (decision instanceof Decision.Unchanged) {
            unchanged++;
        }
    }

    void rewound(int documents) {
        rewound += documents;
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

    List<DeadLetter> parked() {
        return parked;
    }

    List<ArchivedConflict> losers() {
        return writes.values().stream()
                .flatMap(write -> write.conflict().stream())
                .flatMap(conflict -> conflict.losers().stream())
                .toList();
    }

    /** The events of this batch, but for the batch itself. Types in {@code told} are not told again. */
    List<SyncEvent> events(Set<Optional<String>> told, int mostTypes) {
        List<SyncEvent> events = new ArrayList<>();
        writes.forEach((id, decision) -> {
            decision.conflict().ifPresent(conflict -> events.add(resolved(id, decision, conflict)));
            decision.alarm().map(Document::revision).ifPresent(r -> events.add(new SyncEvent.IntegrityAlarm(id, r)));
            if (decision.unknownType() && told.size() < mostTypes && told.add(decision.namedType())) {
                events.add(new SyncEvent.TypeUnknown(decision.namedType(), id));
            }
        });
        parked.forEach(letter -> events.add(new SyncEvent.DocumentParked(letter)));
        if (rewound > 0) {
            events.add(new SyncEvent.FeedRewound(rewound));
        }
        return events;
    }

    SyncEvent.BatchMirrored mirrored(Fetched fetched, long now) {
        Map<String, Integer> rows = new HashMap<>();
        int skipped = 0;
        int unknown = 0;
        for (Decision.Write write : writes.values()) {
            skipped += write.skipped() ? 1 : 0;
            unknown += write.unknownType() ? 1 : 0;
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
                rows,
                fetched.batch().bytes(),
                Duration.ofNanos(now - fetched.arrived()),
                fetched.batch().pending(),
                fetched.batch().caughtUp());
    }

    private static int rows(RowChange row) {
        if (row instanceof RowChange.Keep) {
            return 0;
        }
        return row instanceof RowChange.Replace replace ? replace.rows().size() : 1;
    }

    private static SyncEvent resolved(DocumentId id, Decision.Write decision, Decision.Resolved conflict) {
        DocumentWrite write = decision.write();
        boolean nothing = write.before().isEmpty() && write.state().tables().isEmpty() && !decision.skipped();
        return new SyncEvent.ConflictResolved(
                id,
                write.state().type(),
                nothing ? Optional.empty() : Optional.of(write.state().revision()),
                conflict.losers().stream()
                        .map(loser -> loser.loser().revision())
                        .collect(Collectors.toList()),
                conflict.outcome(),
                conflict.reason());
    }
}
