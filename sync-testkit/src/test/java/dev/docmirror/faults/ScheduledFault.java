package dev.docmirror.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Position;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;

import static dev.docmirror.faults.Planting.list;

/** Defects as mirrors really have them, in sources, sinks and checkpoint stores. The random {@link Schedule} catches each. */
enum ScheduledFault implements Supplier<Parts> {
    CHECKPOINT_BEFORE_ROWS(() -> {
        Map<StreamId, Checkpoint> apart = new ConcurrentHashMap<>();
        return Parts.sound().withCheckpoints(Planting.apart(apart, apart));
    }),
    /** Stored when the transaction of the rows ends, however it ends. */
    CHECKPOINT_IN_ANOTHER_TRANSACTION(() -> {
        Map<StreamId, Checkpoint> pending = new ConcurrentHashMap<>();
        Map<StreamId, Checkpoint> apart = new ConcurrentHashMap<>();
        return Planting.transaction("close", (called, real, arguments) -> {
                    apart.putAll(pending);
                    return real.with(arguments);
                })
                .withCheckpoints(Planting.apart(apart, pending));
    }),
    /** The number after a position's is not the place after it. */
    POSITION_TAKEN_FOR_A_NUMBER(() -> Planting.checkpoints("load", (called, real, arguments) -> {
        Optional<?> loaded = (Optional<?>) real.with(arguments);
        return loaded.map(Checkpoint.class::cast)
                .map(checkpoint -> new Checkpoint(oneFurther(checkpoint.position()), checkpoint.source()));
    })),

    POSITION_OF_THE_NEXT_PAGE(() -> Planting.feed(Planting::readingAhead)),
    PARTIAL_PAGE_COUNTED_AS_WHOLE(() -> Planting.changes(changes -> changes.subList(0, changes.size() / 2))),
    CAUGHT_UP_TOO_EARLY(
            () -> Planting.batches(batch -> new ChangeBatch(batch.changes(), batch.position(), batch.pending(), true))),
    LOSING_LEAVES_NOT_READ(() -> Planting.changes(changes ->
            changes.stream().map(change -> DocumentChange.of(change.winner())).toList())),
    TOMBSTONES_FILTERED(() -> Planting.changes(changes ->
            changes.stream().filter(change -> !change.winner().deleted()).toList())),
    /** What looks older than what is mirrored is believed. */
    OLD_STATE_BELIEVED(() -> Planting.transaction("mirrored", (called, real, arguments) -> Map.of())),

    /** The server rolls back the statement alone, and what is left of the transaction is committed. */
    LOCK_TIMEOUT_SWALLOWED(() -> Planting.transaction("apply", (called, real, arguments) -> {
        try {
            return real.with(arguments);
        } catch (TransientSyncException e) {
            return List.of();
        }
    })),
    KEY_IGNORES_CASE(() ->
            Planting.transactions(transaction -> Planting.folding(transaction, id -> id.toLowerCase(Locale.ROOT)))),
    KEY_IGNORES_TRAILING_BLANKS(
            () -> Planting.transactions(transaction -> Planting.folding(transaction, String::stripTrailing))),
    /** As by {@code WHERE revision < VALUES(revision)}. */
    REVISIONS_COMPARED_AS_TEXT(() -> Planting.writes(writes ->
            writes.stream().filter(write -> isAfter(write, text(write.state()))).toList())),
    REVISIONS_COMPARED_BY_GENERATION(() -> Planting.writes(writes -> writes.stream()
            .filter(write -> write.before().isEmpty()
                    || write.state().revision().generation()
                            > write.before().get().revision().generation())
            .toList())),
    REGISTRY_WITHOUT_ROWS(() -> Planting.rows(rows -> rows.subList(Math.min(1, rows.size()), rows.size()))),
    LAST_WRITE_OF_A_BATCH_LOST(() -> Planting.writes(writes -> writes.subList(0, Math.max(0, writes.size() - 1)))),
    /** The registry has the tombstone, the table has the row. */
    DELETE_IGNORED(() -> Planting.writes(writes -> writes.stream()
            .map(write ->
                    write.state().deleted() ? new DocumentWrite(write.state(), Optional.empty(), List.of()) : write)
            .toList())),
    CHILD_ROWS_LEFT_BEHIND(() -> Planting.writes(writes -> writes.stream()
            .map(write -> write.state().deleted() ? Planting.withoutChildren(write) : write)
            .toList())),
    CHILD_ROWS_ONLY_ADDED(() -> Planting.rows(rows -> rows.stream()
            .map(row ->
                    row instanceof RowChange.Replace replace && replace.rows().isEmpty()
                            ? new RowChange.Keep(row.table())
                            : row)
            .toList())),
    FIRST_CHILD_ONLY(() -> Planting.rows(rows -> rows.stream()
            .map(row ->
                    row instanceof RowChange.Replace replace && replace.rows().size() > 1
                            ? new RowChange.Replace(row.table(), replace.rows().subList(0, 1))
                            : row)
            .toList())),
    /** Of a document that has become one of another type. */
    ROW_OF_THE_OLD_TYPE_KEPT(() -> Planting.writes(writes -> writes.stream()
            .map(write -> new DocumentWrite(write.state(), Optional.empty(), write.rows(), write.protectedVersion()))
            .toList())),
    DEAD_LETTER_DROPPED(() -> Planting.transaction("park", (called, real, arguments) -> null)),
    ARCHIVE_DROPPED(() -> Planting.transaction("archive", (called, real, arguments) -> null)),
    ARCHIVED_TWICE(() -> Planting.transaction("archive", (called, real, arguments) -> {
        real.with(Planting.writtenAnew(list(arguments)));
        return real.with(arguments);
    }));

    @SuppressWarnings("ImmutableEnumChecker") // makes new parts each time
    private final Supplier<Parts> parts;

    ScheduledFault(Supplier<Parts> parts) {
        this.parts = parts;
    }

    /** New parts with the defect in them. */
    @Override
    public Parts get() {
        return parts.get();
    }

    private static Position oneFurther(Position position) {
        long number = Long.parseLong(position.value().replaceFirst("-.*", ""));
        return Position.of((number + 1) + "-x");
    }

    private static boolean isAfter(DocumentWrite write, String text) {
        return write.before().isEmpty() || text.compareTo(text(write.before().get())) > 0;
    }

    private static String text(MirroredDocument state) {
        return state.revision().toString();
    }
}
