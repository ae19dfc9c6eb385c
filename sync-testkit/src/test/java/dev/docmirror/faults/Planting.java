package dev.docmirror.faults;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.Intercepted;
import dev.docmirror.testkit.Intercepted.Call;
import dev.docmirror.testkit.Intercepted.Interceptor;

/** Where defects are planted: around a call of a part, or of what a part opens. */
final class Planting {
    private Planting() {}

    static Parts sink(String method, Interceptor defect) {
        return Parts.sound().withSink(sink -> Intercepted.at(method, MirrorSink.class, sink, defect));
    }

    static Parts sinks(UnaryOperator<MirrorSink> defect) {
        return Parts.sound().withSink(defect);
    }

    static Parts transactions(UnaryOperator<MirrorTransaction> defect) {
        return sink("begin", (called, real, arguments) -> defect.apply((MirrorTransaction) real.with(arguments)));
    }

    static Parts transaction(String method, Interceptor defect) {
        return transactions(transaction -> Intercepted.at(method, MirrorTransaction.class, transaction, defect));
    }

    /** What is written is other than what the worker asked for. */
    static Parts writes(UnaryOperator<List<DocumentWrite>> defect) {
        return transaction("apply", (called, real, arguments) -> real.with(defect.apply(list(arguments))));
    }

    /** So are the rows of a single document. */
    static Parts rows(UnaryOperator<List<RowChange>> defect) {
        return writes(writes -> writes.stream()
                .map(write -> new DocumentWrite(
                        write.state(), write.before(), defect.apply(write.rows()), write.protectedVersion()))
                .toList());
    }

    static Parts checkpoints(String method, Interceptor defect) {
        return Parts.sound().withCheckpoints(store -> Intercepted.at(method, CheckpointStore.class, store, defect));
    }

    static Parts source(String method, Interceptor defect) {
        return Parts.sound().withSource(source -> Intercepted.at(method, ChangeSource.class, source, defect));
    }

    static Parts feed(UnaryOperator<ChangeFeed> defect) {
        return source("open", (called, real, arguments) -> defect.apply((ChangeFeed) real.with(arguments)));
    }

    static Parts batches(UnaryOperator<ChangeBatch> defect) {
        return feed(feed -> Intercepted.at(
                "poll",
                ChangeFeed.class,
                feed,
                (called, real, arguments) -> defect.apply((ChangeBatch) real.with(arguments))));
    }

    static Parts changes(UnaryOperator<List<DocumentChange>> defect) {
        return batches(batch ->
                new ChangeBatch(defect.apply(batch.changes()), batch.position(), batch.pending(), batch.caughtUp()));
    }

    /** Positions that are kept apart from the rows: {@code saved} has one as soon as it is saved. */
    static UnaryOperator<CheckpointStore> apart(Map<StreamId, Checkpoint> loaded, Map<StreamId, Checkpoint> saved) {
        return store -> Intercepted.of(CheckpointStore.class, store, (called, real, arguments) -> {
            StreamId stream = (StreamId) arguments[0];
            return switch (called.getName()) {
                case "load" -> Optional.ofNullable(loaded.get(stream));
                case "save" -> saved.put(stream, (Checkpoint) arguments[2]);
                default -> loaded.remove(stream);
            };
        });
    }

    /** A feed that asks for the next page before it hands out this one, and gives this one the position of the next. */
    static ChangeFeed readingAhead(ChangeFeed feed) {
        Deque<ChangeBatch> read = new ArrayDeque<>();
        return Intercepted.at("poll", ChangeFeed.class, feed, (called, real, arguments) -> {
            ChangeBatch now = read.isEmpty() ? (ChangeBatch) real.with(arguments) : read.poll();
            if (now.caughtUp()) {
                return now;
            }
            ChangeBatch next = (ChangeBatch) real.with(arguments);
            read.add(next);
            return new ChangeBatch(now.changes(), next.position(), now.pending(), false);
        });
    }

    /** A table and a registry whose keys are folded. */
    static MirrorTransaction folding(MirrorTransaction transaction, UnaryOperator<String> fold) {
        return Intercepted.of(MirrorTransaction.class, transaction, (called, real, arguments) -> {
            if (called.getName().equals("mirrored")) {
                List<DocumentId> ids = list(arguments);
                Map<?, ?> found = (Map<?, ?>)
                        real.with(ids.stream().map(id -> folded(id, fold)).toList());
                Map<DocumentId, Object> told = new HashMap<>();
                ids.stream()
                        .filter(id -> found.containsKey(folded(id, fold)))
                        .forEach(id -> told.put(id, found.get(folded(id, fold))));
                return told;
            }
            if (called.getName().equals("apply")) {
                List<DocumentWrite> writes = list(arguments);
                return real.with(writes.stream()
                        .map(write -> new DocumentWrite(
                                renamed(write.state(), fold), write.before(), write.rows(), write.protectedVersion()))
                        .toList());
            }
            return real.with(arguments);
        });
    }

    private static DocumentId folded(DocumentId id, UnaryOperator<String> fold) {
        return DocumentId.of(fold.apply(id.value()));
    }

    private static MirroredDocument renamed(MirroredDocument state, UnaryOperator<String> fold) {
        return copy(state, folded(state.id(), fold), state.tables());
    }

    /** A write that touches the parent's table only. */
    static DocumentWrite withoutChildren(DocumentWrite write) {
        List<RowChange> rows = new ArrayList<>(write.rows());
        rows.removeIf(row -> row.table().ordinalColumn().isPresent());
        Set<String> touched = new HashSet<>();
        rows.forEach(row -> touched.add(row.table().table()));
        return new DocumentWrite(
                write.state(),
                write.before()
                        .map(before -> copy(
                                before,
                                before.id(),
                                before.tables().stream()
                                        .filter(key -> touched.contains(key.table()))
                                        .toList())),
                rows);
    }

    private static MirroredDocument copy(MirroredDocument state, DocumentId id, List<TableKey> tables) {
        return new MirroredDocument(
                id,
                state.type(),
                tables,
                state.revision(),
                state.contentHash(),
                state.deleted(),
                state.protection(),
                state.leaves(),
                state.disputed());
    }

    /** A sink that does the work of a transaction at its commit, under the newest lease instead of its own. */
    static MirrorSink unfenced(MirrorSink sink) {
        AtomicReference<Lease> newest = new AtomicReference<>();
        return Intercepted.of(MirrorSink.class, sink, (called, real, arguments) -> {
            Object result = real.with(arguments);
            if (called.getName().equals("lease")) {
                ((Optional<?>) result).map(Lease.class::cast).ifPresent(newest::set);
            }
            return result instanceof MirrorTransaction transaction
                    ? postponed(transaction, () -> sink.begin(newest.get()))
                    : result;
        });
    }

    private static MirrorTransaction postponed(MirrorTransaction transaction, Supplier<MirrorTransaction> begin) {
        List<DocumentWrite> writes = new ArrayList<>();
        return Intercepted.of(MirrorTransaction.class, transaction, (called, real, arguments) -> {
            switch (called.getName()) {
                case "apply" -> {
                    writes.addAll(list(arguments));
                    return List.of();
                }
                case "commit" -> {
                    try (MirrorTransaction now = begin.get()) {
                        now.apply(writes);
                        now.commit();
                    }
                    return null;
                }
                default -> {
                    return real.with(arguments);
                }
            }
        });
    }

    /** What a batch does that ends at its first error. */
    static Object upToTheFirstRefusal(Method called, Call real, Object[] arguments) throws Throwable {
        for (Object write : list(arguments)) {
            List<?> refused = (List<?>) real.with(List.of(write));
            if (!refused.isEmpty()) {
                return refused;
            }
        }
        return List.of();
    }

    /** A sink whose dead letters come back with each write. */
    static MirrorSink parkingAgain(MirrorSink sink) {
        List<DeadLetter> parked = new CopyOnWriteArrayList<>();
        return transactions(transaction ->
                        Intercepted.of(MirrorTransaction.class, transaction, (called, real, arguments) -> {
                            Object result = real.with(arguments);
                            if (called.getName().equals("park")) {
                                parked.addAll(list(arguments));
                            } else if (called.getName().equals("apply")) {
                                transaction.park(parked);
                            }
                            return result;
                        }))
                .sink()
                .apply(sink);
    }

    /** The same losers as another writer would write them, with a blank more. */
    static List<ArchivedConflict> writtenAnew(List<ArchivedConflict> losers) {
        List<ArchivedConflict> anew = new ArrayList<>();
        for (ArchivedConflict conflict : losers) {
            String id = conflict.loser().id().value();
            String revision = conflict.loser().revision().toString();
            String text = conflict.loser().text() + " ";
            anew.add(new ArchivedConflict(
                    conflict.loser().deleted()
                            ? Documents.tombstone(id, revision, text)
                            : Documents.document(id, revision, text),
                    conflict.type(),
                    conflict.chosen(),
                    conflict.outcome(),
                    conflict.reason()));
        }
        return anew;
    }

    /** The first argument of a call that takes a collection. */
    @SuppressWarnings("unchecked") // by the signature of the method it is used for
    static <T> List<T> list(Object[] arguments) {
        return List.copyOf((Collection<T>) arguments[0]);
    }
}
