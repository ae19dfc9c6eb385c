package dev.docmirror.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.deadletter.DiscardedLetter;
import dev.docmirror.deadletter.ParkedLetter;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.mirror.WriteBack;
import org.jspecify.annotations.Nullable;

/**
 * A mirror in memory that behaves like a MySQL in strict mode: transactions all or nothing, leases with fencing, unique
 * keys, values that are refused when they don't fit. It passes the contract tests of sink, checkpoint store, archive
 * and dead letters. Foreign keys are not checked, and text compares exactly or without case, not by a collation.
 *
 * <p>A transaction works on a copy and installs it at the commit. If another one changed the same tables meanwhile, it
 * fails with a {@link TransientSyncException}, as after a deadlock. Thread-safe.
 */
public final class InMemoryMirror implements MirrorFixture {

    /** Where the mirror can fail or wait. */
    public enum Point {
        LEASE,
        RENEW,
        BEGIN,
        /** A read of what is mirrored, in a transaction or by the sink. */
        MIRRORED,
        APPLY,
        ARCHIVE,
        PARK,
        LOAD_CHECKPOINT,
        SAVE_CHECKPOINT,
        /** Before the commit: nothing is durable if it fails here. */
        COMMIT,
        /** After the commit: everything is durable, but the answer is lost if it fails here. */
        COMMIT_ANSWER
    }

    private final Clock clock;
    private static final int LONGEST_NAME = 191;

    private final Faults<Point> faults = new Faults<>(Point.class);
    private final InMemoryLeases leases;
    private final Map<StreamId, StreamRecords> streams = new HashMap<>();
    private final Map<String, TableRows> tables = new LinkedHashMap<>();
    private final MirrorSink sink = new Sink();
    private final CheckpointStore checkpoints = new InMemoryCheckpoints(this);
    private final ConflictArchive archive = new Archive();
    private final DeadLetterStore deadLetters = new DeadLetters();

    /** An empty mirror without tables, on the system's clock. */
    public InMemoryMirror() {
        this(Clock.systemUTC());
    }

    /** @param clock times leases and fills columns */
    public InMemoryMirror(Clock clock) {
        this.clock = clock;
        this.leases = new InMemoryLeases(clock, faults);
    }

    @Override
    public MirrorSink sink() {
        return sink;
    }

    @Override
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    @Override
    public ConflictArchive archive() {
        return archive;
    }

    @Override
    public DeadLetterStore deadLetters() {
        return deadLetters;
    }

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    @Override
    public synchronized void create(List<TableDefinition> definitions) {
        for (TableDefinition definition : definitions) {
            tables.put(definition.name(), new TableRows(definition.layout(), Optional.of(definition), clock));
        }
    }

    /** Creates empty tables whose columns take any value and that have no unique key but a row's own. */
    public synchronized void create(TableLayout... layouts) {
        for (TableLayout layout : layouts) {
            tables.put(layout.table(), new TableRows(layout, Optional.empty(), clock));
        }
    }

    /** Drops a table if there is one; writes into it fail from now on. */
    public synchronized void drop(String table) {
        tables.remove(table);
    }

    @Override
    public synchronized List<Map<String, @Nullable Object>> rows(String table) {
        return existing(table).all();
    }

    @Override
    public StoredDocuments stored(TableLayout table, String column) {
        return documents -> {
            Map<DocumentId, Document> found = new HashMap<>();
            TableRows rows = existing(table.table());
            for (MirroredDocument document : documents) {
                rows.of(document.id()).stream()
                        .map(row -> row.get(column))
                        .filter(Objects::nonNull)
                        .map(text -> Documents.version(
                                document.id(), document.revision(), document.deleted(), String.valueOf(text)))
                        .forEach(version -> found.put(document.id(), version));
            }
            return found;
        };
    }

    /** Everything the registry holds of a stream, in the order of first arrival. */
    public synchronized List<MirroredDocument> registry(StreamId stream) {
        return records(stream).registry();
    }

    /** Every archived version of a stream, the oldest decision first. */
    public synchronized List<ArchiveEntry> archived(StreamId stream) {
        return records(stream).archive();
    }

    /** Takes a lease from its owner, as if it had expired and another worker had taken it and crashed. */
    public void breakLease(StreamId stream) {
        leases.revoke(stream);
    }

    @Override
    public void close() {}

    synchronized StreamRecords records(StreamId stream) {
        return streams.computeIfAbsent(stream, s -> new StreamRecords());
    }

    synchronized TableRows existing(String table) {
        TableRows rows = tables.get(table);
        if (rows == null) {
            throw new SchemaMismatchException("table " + table + " does not exist; create it", null);
        }
        return rows;
    }

    void resetCheckpoint(StreamId stream) {
        change(stream, records -> {
            records.forgetCheckpoint();
            return true;
        });
    }

    /** A transaction of its own, so that one that is open meanwhile has to be done again. */
    private synchronized <T> T change(StreamId stream, Function<StreamRecords, T> work) {
        StreamRecords changed = records(stream).copy();
        T result = work.apply(changed);
        streams.put(stream, changed);
        return result;
    }

    /** Now, as precise as a database keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Replaces what a transaction changed, if its lease holds and nobody else changed it since it was read. */
    synchronized void install(InMemoryTransaction transaction) {
        leases.check(transaction.lease());
        boolean overtaken = records(transaction.stream()) != transaction.recordsBefore();
        for (Map.Entry<String, TableRows> before : transaction.tablesBefore().entrySet()) {
            overtaken |= existing(before.getKey()) != before.getValue();
        }
        if (overtaken) {
            throw new TransientSyncException("another transaction committed meanwhile; do it again", null);
        }
        streams.put(transaction.stream(), transaction.records());
        tables.putAll(transaction.tables());
    }

    private final class Sink implements MirrorSink {
        @Override
        public Optional<Lease> lease(StreamId stream, String owner, Duration ttl) {
            faults.pass(Point.LEASE);
            return leases.grant(stream, owner, ttl);
        }

        @Override
        public MirrorTransaction begin(Lease lease) {
            faults.pass(Point.BEGIN);
            return new InMemoryTransaction(InMemoryMirror.this, lease);
        }

        @Override
        public Map<DocumentId, MirroredDocument> mirrored(StreamId stream, Collection<DocumentId> ids) {
            faults.pass(Point.MIRRORED);
            return records(stream).mirrored(ids);
        }

        @Override
        public List<MirroredDocument> registered(StreamId stream, Optional<DocumentId> after, int limit) {
            faults.pass(Point.MIRRORED);
            String last = after.map(DocumentId::value).orElse("");
            return records(stream).registry().stream()
                    .filter(entry -> entry.id().value().compareTo(last) > 0)
                    .sorted(Comparator.comparing(entry -> entry.id().value()))
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<WriteBack> writeBacks(StreamId stream, int limit) {
            faults.pass(Point.MIRRORED);
            return records(stream).writeBacks().stream().limit(limit).toList();
        }

        @Override
        public void writtenBack(Lease lease, Collection<WriteBack> done) {
            faults.pass(Point.ARCHIVE);
            leases.check(lease);
            change(lease.stream(), records -> {
                records.writtenBack(done);
                return true;
            });
        }

        @Override
        public void verify(List<TableDefinition> expected) {
            List<String> differences = new ArrayList<>();
            for (TableDefinition table : expected) {
                synchronized (InMemoryMirror.this) {
                    TableRows rows = tables.get(table.name());
                    if (rows == null) {
                        differences.add("table " + table.name() + " is missing");
                    } else if (rows.definition().isPresent()
                            && !rows.definition().get().columns().containsAll(table.columns())) {
                        differences.add("the columns of table " + table.name() + " differ");
                    }
                }
            }
            if (!differences.isEmpty()) {
                throw new SchemaMismatchException(String.join("; ", differences), null);
            }
        }
    }

    private final class Archive implements ConflictArchive {
        @Override
        public long count(StreamId stream) {
            return archived(stream).size();
        }

        @Override
        public long countOpen(StreamId stream) {
            return archived(stream).stream().filter(ArchiveEntry::isOpen).count();
        }

        @Override
        public List<ArchiveEntry> of(StreamId stream, DocumentId id) {
            return archived(stream).stream()
                    .filter(entry -> entry.conflict().loser().id().equals(id))
                    .toList();
        }

        @Override
        public List<ArchiveEntry> open(StreamId stream, OpenConflicts page) {
            return archived(stream).stream()
                    .filter(ArchiveEntry::isOpen)
                    .filter(entry -> entry.number() > page.after())
                    .filter(entry -> page.type().isEmpty()
                            || page.type().equals(entry.conflict().type()))
                    .filter(entry -> page.detectedBefore().isEmpty()
                            || entry.detectedAt().isBefore(page.detectedBefore().get()))
                    .limit(page.limit())
                    .toList();
        }

        @Override
        public void add(StreamId stream, ArchivedConflict loser) {
            change(stream, records -> {
                records.archive(loser, now());
                return true;
            });
        }

        @Override
        public int close(StreamId stream, DocumentId id, String by, String note) {
            if (by.isBlank() || by.codePointCount(0, by.length()) > LONGEST_NAME) {
                throw new IllegalArgumentException(
                        "by: must have 1 to " + LONGEST_NAME + " characters, not all of them blank");
            }
            return change(stream, records -> records.close(id, by, now(), note));
        }

        @Override
        public long purge(StreamId stream, Instant before) {
            return change(stream, records -> records.purgeArchive(before));
        }
    }

    private final class DeadLetters implements DeadLetterStore {
        @Override
        public long count(StreamId stream, DeadLetterFilter filter) {
            return letters(stream, filter).count();
        }

        @Override
        public List<DeadLetter> list(StreamId stream, DeadLetterFilter filter, int limit) {
            return letters(stream, filter)
                    .map(ParkedLetter::letter)
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<DocumentId> ids(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit) {
            return parked(stream, filter, after, limit).stream()
                    .map(parked -> parked.letter().id())
                    .toList();
        }

        @Override
        public List<ParkedLetter> parked(
                StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit) {
            String last = after.map(DocumentId::value).orElse("");
            Comparator<ParkedLetter> byId =
                    Comparator.comparing(parked -> parked.letter().id().value());
            return letters(stream, filter)
                    .filter(parked -> parked.letter().id().value().compareTo(last) > 0)
                    .sorted(byId)
                    .limit(limit)
                    .toList();
        }

        @Override
        public Optional<DeadLetter> of(StreamId stream, DocumentId id) {
            return Stream.concat(
                            letters(stream, DeadLetterFilter.all()).map(ParkedLetter::letter),
                            records(stream).discarded().stream().map(DiscardedLetter::letter))
                    .filter(letter -> letter.id().equals(id))
                    .findFirst();
        }

        @Override
        public long discard(StreamId stream, Collection<DocumentId> ids, String by, String reason) {
            DiscardedLetter.checkName(by);
            return change(stream, records -> records.discard(ids, by, now(), reason));
        }

        @Override
        public List<DiscardedLetter> discarded(StreamId stream, int limit) {
            return records(stream).discarded().stream().limit(limit).toList();
        }

        @Override
        public long purge(StreamId stream, Instant before) {
            return change(stream, records -> records.purgeDiscarded(before));
        }

        @Override
        public Optional<String> mapping(StreamId stream) {
            return records(stream).mapping();
        }

        @Override
        public void mapping(StreamId stream, String version) {
            change(stream, records -> {
                records.mapping(version);
                return true;
            });
        }

        private Stream<ParkedLetter> letters(StreamId stream, DeadLetterFilter filter) {
            return records(stream).letters().stream().filter(parked -> filter.accepts(parked.letter()));
        }
    }
}
