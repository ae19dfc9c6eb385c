package dev.docmirror.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.docmirror.SyncOptions;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.SystemicFailureException;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;

/**
 * Makes one batch durable: decides, writes, parks, archives and moves the checkpoint in one transaction. Doing it again
 * after any failure is safe.
 */
final class BatchApplier {
    private final ChangeSource source;
    private final MirrorSink sink;
    private final CheckpointStore checkpoints;
    private final Identities identities;
    private final Decider decider;
    private final Optional<DocumentCodec> codec;
    private final SyncOptions options;

    BatchApplier(Engine.Parts parts, Decider decider) {
        this.source = parts.source();
        this.sink = parts.sink();
        this.checkpoints = parts.checkpoints();
        this.identities = new Identities(parts.identities(), parts.stream());
        this.decider = decider;
        this.codec = parts.codec();
        this.options = parts.options();
    }

    /**
     * @param mapped what some of the documents are mapped to if nothing is mirrored of them
     * @return what was done, durable
     */
    BatchOutcome apply(
            Lease lease,
            List<DocumentChange> changes,
            Map<Document, Mapping> mapped,
            Optional<Checkpoint> expected,
            Checkpoint reached) {
        Evidence evidence = new Evidence(codec, mapped);
        return apply(lease, changes, evidence, tx -> checkpoints.save(lease.stream(), expected, reached, tx));
    }

    /**
     * Makes documents anew as the source has them now, also those that are mirrored in this very state.
     *
     * @return what was done, durable
     */
    BatchOutcome replay(Lease lease, List<DocumentChange> current) {
        Evidence evidence = new Evidence(codec, Map.of());
        evidence.makeAnew();
        return apply(lease, current, evidence, tx -> {});
    }

    /** The documents whose rows are not what they would be if they were made anew; nothing is changed. */
    Set<DocumentId> different(Lease lease, List<DocumentChange> current) {
        Evidence evidence = new Evidence(codec, Map.of());
        evidence.makeAnew();
        while (true) {
            BatchOutcome outcome = new BatchOutcome(current.size());
            try (MirrorTransaction tx = sink.begin(lease)) {
                decide(current, tx, evidence, outcome);
                if (outcome.isDecided()) {
                    return different(tx, outcome.writes());
                }
            }
            lookUp(outcome, evidence);
        }
    }

    /** What the database makes of values is compared with what it made of them before: nobody else could tell. */
    private static Set<DocumentId> different(MirrorTransaction tx, List<DocumentWrite> writes) {
        List<DocumentWrite> mirrored =
                writes.stream().filter(write -> !write.rows().isEmpty()).toList();
        if (mirrored.isEmpty()) {
            return Set.of();
        }
        Map<DocumentId, ContentHash> before = tx.rowHashes(mirrored);
        Set<DocumentId> refused =
                tx.apply(mirrored).stream().map(DeadLetter::id).collect(Collectors.toSet());
        Map<DocumentId, ContentHash> after = tx.rowHashes(mirrored);
        Set<DocumentId> different = new HashSet<>();
        for (DocumentWrite write : mirrored) {
            DocumentId id = write.state().id();
            if (!refused.contains(id) && !Objects.equals(before.get(id), after.get(id))) {
                different.add(id);
            }
        }
        return different;
    }

    /** Removes what is mirrored of documents that the source does not know. */
    Set<DocumentId> forget(Lease lease, Collection<DocumentId> gone) {
        try (MirrorTransaction tx = sink.begin(lease)) {
            Set<DocumentId> forgotten = tx.forget(gone);
            tx.commit();
            return forgotten;
        }
    }

    private BatchOutcome apply(
            Lease lease, List<DocumentChange> changes, Evidence evidence, Consumer<MirrorTransaction> last) {
        if (identities.areKnown()) {
            // Most documents are mapped as they came, so that nothing is left to be asked in between.
            identities.resolve(decider.foreseen(changes), evidence);
        }
        while (true) {
            BatchOutcome outcome = new BatchOutcome(changes.size());
            try (MirrorTransaction tx = sink.begin(lease)) {
                if (!changes.isEmpty()) {
                    decide(changes, tx, evidence, outcome);
                    checkSystemic(outcome, evidence);
                }
                if (outcome.isDecided()) {
                    write(tx, outcome, evidence);
                    last.accept(tx);
                    tx.commit();
                    return outcome;
                }
            }
            // Nothing is locked in the mirror while the source is asked. What was asked once is not asked again.
            lookUp(outcome, evidence);
        }
    }

    private void decide(List<DocumentChange> changes, MirrorTransaction tx, Evidence evidence, BatchOutcome outcome) {
        List<DocumentId> ids = changes.stream().map(DocumentChange::id).toList();
        Map<DocumentId, MirroredDocument> mirrored = tx.mirrored(ids);
        List<DocumentId> guarded = mirrored.values().stream()
                .filter(known -> known.protection() != Protection.NONE)
                .map(MirroredDocument::id)
                .toList();
        evidence.loadProtected(guarded, tx);
        for (DocumentChange change : changes) {
            if (evidence.isConfirmed(change.id())) {
                outcome.rewound();
            }
            evidence.newest(change)
                    .ifPresent(now -> outcome.add(now, decider.decide(now, mirrored.get(now.id()), evidence)));
        }
    }

    /** Asks the source what it alone can tell, and who is meant, in few requests for the whole batch. */
    private void lookUp(BatchOutcome outcome, Evidence evidence) {
        if (!outcome.suspects().isEmpty()) {
            // Older than what is mirrored: a replay, unless revisions were purged.
            evidence.confirm(outcome.suspects(), source.read(outcome.suspects()));
        }
        if (!outcome.untraced().isEmpty()) {
            evidence.trace(outcome.untraced(), source.ancestry(outcome.untraced()));
        }
        identities.answer(outcome.unidentified(), evidence);
    }

    private void write(MirrorTransaction tx, BatchOutcome outcome, Evidence evidence) {
        List<ArchivedConflict> archivable = outcome.losers();
        if (!archivable.isEmpty()) {
            outcome.refuse(tx.unarchivable(archivable));
            checkSystemic(outcome, evidence);
        }
        List<DocumentWrite> writes = outcome.writes();
        if (!writes.isEmpty()) {
            List<DeadLetter> refused = tx.apply(writes);
            if (!refused.isEmpty()) {
                outcome.refuse(refused);
                checkSystemic(outcome, evidence);
            }
        }
        List<ArchivedConflict> losers = outcome.losers();
        if (!losers.isEmpty()) {
            tx.archive(losers);
        }
        if (!outcome.settled().isEmpty()) {
            tx.settle(outcome.settled(), "a later version of the document settled it");
        }
        if (!outcome.upstream().isEmpty()) {
            tx.writeBack(outcome.upstream());
        }
        if (!outcome.parked().isEmpty()) {
            tx.park(outcome.parked());
        }
    }

    /** That what failed before fails again says nothing about the rest. */
    private void checkSystemic(BatchOutcome outcome, Evidence evidence) {
        int changes = outcome.changes();
        int parked = evidence.isMadeAnew() ? 0 : outcome.poison();
        if (changes >= options.systemicMinimum() && parked > options.systemicShare() * changes) {
            Set<String> reasons = new HashSet<>();
            outcome.parked().stream()
                    .filter(letter -> letter.kind() != DeadLetter.Kind.ENCRYPTED)
                    .forEach(letter -> reasons.add(letter.reason()));
            throw new SystemicFailureException(
                    parked + " of " + changes + " documents of a batch could not be mirrored, nothing was written; mend"
                            + " the mapping or the tables and start again. Reasons: "
                            + reasons.stream().sorted().limit(5).collect(Collectors.joining("; ")),
                    null);
        }
    }
}
