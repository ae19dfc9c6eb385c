package dev.docmirror.internal;

import java.util.Collection;
import java.util.HashMap;
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
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;

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
     * Mirrors a batch.
     *
     * @param whenDurable what to do as soon as that is durable
     * @return what was done, durable
     */
    BatchOutcome apply(
            Lease lease, DecidedAhead batch, Optional<Checkpoint> expected, Checkpoint reached, Runnable whenDurable) {
        Evidence evidence = new Evidence(codec);
        return apply(lease, batch, evidence, tx -> {
            checkpoints.save(lease.stream(), expected, reached, tx);
            tx.afterCommit(whenDurable);
        });
    }

    /**
     * Makes documents anew as the source has them now, also those that are mirrored in this very state.
     *
     * @return what was done, durable
     */
    BatchOutcome replay(Lease lease, List<DocumentChange> current) {
        Evidence evidence = new Evidence(codec);
        evidence.makeAnew();
        return apply(lease, DecidedAhead.nothing(current), evidence, tx -> {});
    }

    /**
     * What is stored of some documents.
     *
     * @param ids those that are registered
     */
    record Stored(Set<DocumentId> ids, Map<DocumentId, Document> versions) {
        long bytes() {
            return versions.values().stream().mapToLong(Document::size).sum();
        }
    }

    /** Looks up what is stored of documents; nothing is locked meanwhile. */
    Stored stored(Lease lease, Collection<DocumentId> ids, StoredDocuments store) {
        Map<DocumentId, MirroredDocument> known = sink.mirrored(lease.stream(), ids);
        Map<DocumentId, Document> versions = new HashMap<>(store.read(known.values()));
        codec.ifPresent(by -> versions.replaceAll((id, version) -> version.readBy(by)));
        return new Stored(known.keySet(), versions);
    }

    /**
     * Makes the rows of what is mirrored anew, without the source.
     *
     * @return what was done, durable
     */
    BatchOutcome remap(Lease lease, Stored stored) {
        Evidence evidence = new Evidence(codec);
        while (true) {
            BatchOutcome outcome = new BatchOutcome(stored.ids().size());
            try (MirrorTransaction tx = sink.begin(lease)) {
                remap(stored, tx, evidence, outcome);
                checkSystemic(outcome, evidence);
                if (outcome.isDecided()) {
                    write(tx, outcome, evidence);
                    tx.commit();
                    return outcome;
                }
            }
            lookUp(outcome, evidence);
        }
    }

    private void remap(Stored stored, MirrorTransaction tx, Evidence evidence, BatchOutcome outcome) {
        Map<DocumentId, MirroredDocument> mirrored = tx.mirrored(stored.ids());
        evidence.loadProtected(guarded(mirrored.values()), tx);
        Set<DocumentId> parked = tx.parked(stored.ids());
        for (MirroredDocument document : mirrored.values()) {
            DocumentId id = document.id();
            // Of one that waits for a person nothing is mirrored, and a tombstone without rows has none to be made.
            boolean empty = document.tables().isEmpty() && (document.disputed() || document.deleted());
            Optional<Document> version = evidence.protectedVersion(id)
                    .or(() -> Optional.ofNullable(stored.versions().get(id))
                            .filter(found -> found.contentHash().equals(document.contentHash())));
            if (parked.contains(id)) {
                outcome.stillParked(); // by another version perhaps: to write this one would hide that
            } else if (version.isPresent() && !(empty && document.disputed())) {
                outcome.add(id, decider.remap(document, version.get(), evidence));
            } else if (!empty) {
                outcome.unproven(id);
            }
        }
    }

    private static List<DocumentId> guarded(Collection<MirroredDocument> mirrored) {
        return mirrored.stream()
                .filter(known -> known.protection() != Protection.NONE)
                .map(MirroredDocument::id)
                .toList();
    }

    /** The documents whose rows are not what they would be if they were made anew; nothing is changed. */
    Set<DocumentId> different(Lease lease, List<DocumentChange> current) {
        Evidence evidence = new Evidence(codec);
        evidence.makeAnew();
        while (true) {
            BatchOutcome outcome = new BatchOutcome(current.size());
            try (MirrorTransaction tx = sink.begin(lease)) {
                decide(DecidedAhead.nothing(current), tx, evidence, outcome);
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

    private BatchOutcome apply(Lease lease, DecidedAhead batch, Evidence evidence, Consumer<MirrorTransaction> last) {
        if (identities.areKnown()) {
            // Most documents are mapped as they came, so that nothing is left to be asked in between.
            identities.resolve(decider.foreseen(batch.undecided()), evidence);
        }
        while (true) {
            BatchOutcome outcome = new BatchOutcome(batch.changes().size());
            try (MirrorTransaction tx = sink.begin(lease)) {
                if (!batch.changes().isEmpty()) {
                    decide(batch, tx, evidence, outcome);
                    checkSystemic(outcome, evidence);
                }
                if (outcome.isDecided()) {
                    batch.forgetBodies();
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

    private void decide(DecidedAhead batch, MirrorTransaction tx, Evidence evidence, BatchOutcome outcome) {
        List<DocumentChange> changes = batch.changes();
        List<DocumentId> ids = changes.stream().map(DocumentChange::id).toList();
        Map<DocumentId, MirroredDocument> mirrored = tx.mirrored(ids);
        evidence.loadProtected(guarded(mirrored.values()), tx);
        for (int i = 0; i < changes.size(); i++) {
            DocumentId id = changes.get(i).id();
            Optional<Decision> ahead =
                    evidence.isConfirmed(id) || mirrored.containsKey(id) ? Optional.empty() : batch.decision(i);
            if (ahead.isPresent()) {
                outcome.add(id, ahead.get());
            } else {
                decide(changes.get(i), mirrored, evidence, outcome);
            }
        }
    }

    private void decide(
            DocumentChange change,
            Map<DocumentId, MirroredDocument> mirrored,
            Evidence evidence,
            BatchOutcome outcome) {
        if (evidence.isConfirmed(change.id())) {
            outcome.rewound();
        }
        evidence.newest(change)
                .ifPresent(now -> outcome.add(now.id(), decider.decide(now, mirrored.get(now.id()), evidence)));
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
