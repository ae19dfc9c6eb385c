package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import org.jdbi.v3.core.Handle;

/** A batch's worth of changes in one InnoDB transaction, under a lease. */
final class MySqlTransaction implements MirrorTransaction {
    private final MySqlLease lease;
    private final Registry registry;
    private final RowWriter rows;
    private final TableNames names;
    private final Session session;
    private final Server server;
    private final Map<DocumentId, DocKey> keys = new HashMap<>();
    private final List<Runnable> afterCommit = new ArrayList<>();

    MySqlTransaction(MySqlLease lease, Registry registry, RowWriter rows, TableNames names) {
        this.lease = lease;
        this.registry = registry;
        this.rows = rows;
        this.names = names;
        this.session = lease.database().begin();
        this.server = lease.database().server();
    }

    @Override
    public Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> asked = registered(ids);
        if (asked.isEmpty()) {
            return Map.of();
        }
        try {
            return registry.lock(session.connection(), lease.number(), asked);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "reading the registry");
        }
    }

    @Override
    public Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> asked = registered(ids);
        if (asked.isEmpty()) {
            return Map.of();
        }
        try {
            return ProtectedRows.read(session.connection(), lease.number(), asked);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "reading the protected versions");
        }
    }

    @Override
    public List<DeadLetter> apply(List<DocumentWrite> writes) {
        List<PendingDocument> documents = new ArrayList<>(writes.size());
        WritePlan plan = new WritePlan(server);
        for (DocumentWrite write : writes) {
            PendingDocument document = new PendingDocument(
                    names.of(write), write.state(), key(write.state().id()));
            plan.add(document);
            documents.add(document);
        }
        try {
            rows.write(session, server, plan, documents);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(
                    e, "writing to " + String.join(", ", plan.tables().keySet()));
        }
        register(documents.stream().filter(document -> !document.refused()).toList());
        return documents.stream()
                .filter(PendingDocument::refused)
                .map(PendingDocument::deadLetter)
                .toList();
    }

    private void register(List<PendingDocument> written) {
        List<Registry.Entry> entries = written.stream()
                .map(document -> new Registry.Entry(document.key(), document.registered()))
                .toList();
        List<DocKey> writtenKeys = written.stream().map(PendingDocument::key).toList();
        lease.registered().addAll(writtenKeys);
        try {
            Connection connection = session.writable();
            registry.write(connection, lease.number(), entries, Chunks.bytes(server));
            ProtectedRows.write(connection, lease.number(), written, server);
            List<DocKey> healed = lease.parked().among(writtenKeys);
            DeadLetterRows.delete(connection, lease.number(), healed);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "writing the registry");
        }
    }

    @Override
    public Map<DocumentId, ContentHash> rowHashes(List<DocumentWrite> writes) {
        try {
            return new RowHashes(session.connection(), keys)
                    .of(writes.stream().map(names::of).toList());
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "comparing rows");
        }
    }

    @Override
    public Set<DocumentId> forget(Collection<DocumentId> ids) {
        Map<DocumentId, MirroredDocument> known = new HashMap<>(mirrored(ids));
        known.values().removeIf(document -> document.protection() != Protection.NONE);
        Set<DocumentId> kept = new HashSet<>(mirrored(ids).keySet());
        kept.removeAll(known.keySet());
        List<PendingDocument> documents = new ArrayList<>();
        WritePlan plan = new WritePlan(server);
        for (MirroredDocument document : known.values()) {
            DocumentWrite removal = new DocumentWrite(document.withoutRows(), Optional.of(document), List.of());
            PendingDocument pending = new PendingDocument(names.of(removal), removal.state(), key(document.id()));
            plan.add(pending);
            documents.add(pending);
        }
        List<DocKey> gone = Registry.sorted(
                ids.stream().filter(id -> !kept.contains(id)).map(this::key).toList());
        try {
            rows.write(session, server, plan, documents);
            Registry.delete(session.writable(), lease.number(), gone);
            DeadLetterRows.delete(session.writable(), lease.number(), gone);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "removing documents that the source does not know");
        }
        return known.keySet();
    }

    @Override
    public List<DeadLetter> unarchivable(List<ArchivedConflict> losers) {
        Map<DocumentId, DeadLetter> refused = new LinkedHashMap<>();
        for (ArchivedConflict loser : losers) {
            ArchiveRows.refusal(loser, server)
                    .ifPresent(refusal -> refused.putIfAbsent(
                            loser.loser().id(),
                            new DeadLetter(
                                    loser.loser().id(),
                                    loser.loser().revision(),
                                    loser.type(),
                                    DeadLetter.Kind.SINK,
                                    refusal.reason())));
        }
        return List.copyOf(refused.values());
    }

    @Override
    public void archive(List<ArchivedConflict> losers) {
        try {
            ArchiveRows.write(session.writable(), lease.number(), losers, server);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "writing the archive");
        }
    }

    @Override
    public void settle(Collection<DocumentId> ids, String note) {
        try {
            ArchiveRows.close(session.writable(), lease.number(), keys(ids).keySet(), SETTLED_BY, note);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "closing archive entries");
        }
    }

    @Override
    public void writeBack(Collection<DocumentId> ids) {
        try {
            WriteBackRows.remember(session.writable(), lease.number(), keys(ids), server);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "remembering what is to be written back");
        }
    }

    @Override
    public void park(List<DeadLetter> poison) {
        lease.parked().addAll(poison.stream().map(letter -> key(letter.id())).toList());
        try {
            DeadLetterRows.write(session.writable(), lease.number(), poison, server);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "writing the dead letters");
        }
    }

    @Override
    public Set<DocumentId> parked(Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> byKey = keys(ids);
        List<DocKey> candidates = Registry.sorted(lease.parked().among(byKey.keySet()));
        try {
            return DeadLetterRows.among(session.connection(), lease.number(), candidates).stream()
                    .map(byKey::get)
                    .collect(Collectors.toSet());
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "reading the dead letters");
        }
    }

    /** JDBI's {@link Handle} or the {@link Connection} of this transaction, and the {@link DataSource} it came from. */
    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        if (type == Handle.class || type == Connection.class) {
            Connection writable = session.writable(); // whoever joins may write before we do
            return Optional.of(type.cast(type == Connection.class ? writable : session.handle()));
        }
        return type == DataSource.class ? Optional.of(type.cast(lease.database().dataSource())) : Optional.empty();
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    @Override
    public void commit() {
        try {
            // Locks the lease, so that nobody takes it before this is durable; who took it already stops us here.
            if (!Streams.holds(session.handle(), lease.number(), lease.epoch())) {
                throw lease.lost();
            }
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, "checking the lease of stream " + lease.stream());
        }
        try {
            session.commit();
        } catch (SQLException | RuntimeException e) {
            // The answer is lost, not always the commit: to do the same again is right in both cases.
            throw new TransientSyncException(
                    "the outcome of a commit to stream " + lease.stream() + " is unknown",
                    Failures.translate(e, "committing"));
        }
        afterCommit.forEach(Runnable::run);
    }

    @Override
    public void close() {
        session.close();
    }

    private Map<DocKey, DocumentId> keys(Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> byKey = new LinkedHashMap<>();
        ids.forEach(id -> byKey.put(key(id), id));
        return byKey;
    }

    /** The documents that may be registered: of the others the database need not be asked. */
    private Map<DocKey, DocumentId> registered(Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> registered = new LinkedHashMap<>();
        for (DocumentId id : ids) {
            DocKey key = key(id);
            if (lease.registered().mayHave(key)) {
                registered.put(key, id);
            }
        }
        return registered;
    }

    private DocKey key(DocumentId id) {
        return keys.computeIfAbsent(id, DocKey::of);
    }
}
