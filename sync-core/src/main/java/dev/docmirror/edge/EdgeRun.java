package dev.docmirror.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import dev.docmirror.change.DocumentId;
import dev.docmirror.edge.LocalDocument.Sending;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.internal.Backoff;
import dev.docmirror.internal.Stop;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import tools.jackson.databind.node.ObjectNode;

/**
 * One push. It takes what is pending in the order of its changes, as much at a time as the cache holds, settles in the
 * store on what is sent before it is sent, and on what came of it. Confined to one thread.
 */
final class EdgeRun {
    private final Parts parts;
    private final Selection wanted;
    private final Patience patience;
    private final Stop stop;
    private final Set<Long> unreadable = new HashSet<>();
    private int total;
    private int pushed;
    private int conflicting;
    private int refused;

    /** @param envelopes seals what is sent; empty to send plaintext */
    record Parts(
            SecureDocumentStore store,
            DocumentTarget target,
            Optional<EnvelopeCodec> envelopes,
            SyncCache cache,
            EdgeOptions options,
            Backoff backoff,
            Consumer<EdgeEvent> events) {}

    /** How long a push puts up with failures. */
    interface Patience {
        boolean allows(int failures, Duration delay);
    }

    /** Documents in the cache, and the sequence up to which the store was looked through for them. */
    private record Round(List<DocumentId> ids, long reached) {}

    EdgeRun(Parts parts, Selection wanted, Patience patience, Stop stop) {
        this.parts = parts;
        this.wanted = wanted;
        this.patience = patience;
        this.stop = stop;
    }

    /** Until nothing is pending that can be opened. */
    void push() {
        stop.check();
        total = parts.store().count(wanted);
        tell(EdgeStatus.State.SYNCING, Optional.empty());
        boolean again;
        do {
            again = pass();
        } while (again);
    }

    EdgeReport report(Optional<SyncException> failure) {
        return new EdgeReport(pushed, conflicting, refused, unreadable.size(), failure);
    }

    EdgeStatus status(EdgeStatus.State state, Optional<SyncException> failure) {
        return new EdgeStatus(state, pushed, Math.max(total, pushed), failure);
    }

    /** Whether a document was left pending at a sequence that was passed. */
    private boolean pass() {
        boolean again = false;
        long reached = 0;
        for (List<SecureDocumentStore.Entry> entries = entriesAfter(reached);
                !entries.isEmpty();
                entries = entriesAfter(reached)) {
            Round round = prepare(entries);
            reached = round.reached();
            int size = parts.options().batchSize();
            for (int from = 0; from < round.ids().size(); from += size) {
                List<DocumentId> batch = round.ids()
                        .subList(from, Math.min(from + size, round.ids().size()));
                again |= send(batch);
                parts.cache().removeAll(batch);
            }
        }
        return again;
    }

    private List<SecureDocumentStore.Entry> entriesAfter(long sequence) {
        stop.check();
        return parts.store().list(sequence, parts.options().maxDocuments(), wanted);
    }

    /** Fills the cache. A document that is larger than the cache is in a round of its own. */
    private Round prepare(List<SecureDocumentStore.Entry> entries) {
        List<DocumentId> ids = new ArrayList<>();
        long reached = 0;
        for (SecureDocumentStore.Entry entry : entries) {
            stop.check();
            Optional<LocalDocument> document = open(entry);
            if (document.isPresent()) {
                if (!ids.isEmpty() && !parts.cache().hasRoomFor(document.get())) {
                    break;
                }
                ids.add(document.get().id());
                reached = entry.sequence();
                if (!parts.cache().put(document.get())) {
                    break;
                }
            }
            reached = entry.sequence();
        }
        return new Round(ids, reached);
    }

    /** Empty if it was changed meanwhile, so that it comes later, or can't be opened. */
    private Optional<LocalDocument> open(SecureDocumentStore.Entry entry) {
        try {
            return entry.open().map(SecureDocumentStore.Stored::document);
        } catch (MappingException e) {
            if (unreadable.add(entry.sequence())) {
                parts.events().accept(new EdgeEvent.Unreadable(entry.sequence(), e));
            }
            return Optional.empty();
        }
    }

    private boolean send(List<DocumentId> ids) {
        stop.check();
        Map<DocumentId, Sending> sent = pin(ids);
        if (sent.isEmpty()) {
            return false;
        }
        List<DocumentEdit> edits = sent.values().stream().map(Sending::edit).toList();
        List<EditOutcome> outcomes = write(edits);
        Map<DocumentId, EditOutcome> answers = new HashMap<>();
        for (int i = 0; i < edits.size(); i++) {
            answers.put(edits.get(i).id(), outcomes.get(i));
        }
        List<LocalDocument> settled = parts.store()
                .update(
                        sent.keySet(),
                        (id, current, next) -> Changes.settle(current, known(sent, id), known(answers, id)));
        settled.forEach(document -> count(document, known(sent, document.id()), known(answers, document.id())));
        tellProgress(settled);
        return settled.stream().anyMatch(document -> document.state() == PushState.PENDING);
    }

    /** Makes durable what is about to be sent, so that it is sent again exactly so if the answer is lost. */
    private Map<DocumentId, Sending> pin(List<DocumentId> ids) {
        Map<DocumentId, LocalDocument> prepared = new LinkedHashMap<>();
        ids.forEach(id -> parts.cache()
                .get(id)
                .or(() -> parts.store().get(id)) // evicted since, or too large for the cache
                .ifPresent(document -> prepared.put(id, document)));
        Map<DocumentId, String> impossible = new HashMap<>();
        List<LocalDocument> pinned = pin(prepared, impossible);
        Map<DocumentId, Sending> sendings = new LinkedHashMap<>();
        List<LocalDocument> unsent = new ArrayList<>();
        for (LocalDocument document : pinned) {
            document.sending()
                    .ifPresentOrElse(sending -> sendings.put(document.id(), sending), () -> unsent.add(document));
        }
        unsent.forEach(document -> refused(document.id(), known(impossible, document.id())));
        tellSessions(unsent);
        return sendings;
    }

    private List<LocalDocument> pin(Map<DocumentId, LocalDocument> prepared, Map<DocumentId, String> impossible) {
        try {
            return parts.store().update(prepared.keySet(), (id, current, next) -> {
                LocalDocument document = known(prepared, id);
                return current.filter(now -> now.state() == PushState.PENDING && now.sequence() == document.sequence())
                        .map(now -> now.sending().isPresent() ? now : pinned(now, document.body(), impossible));
            });
        } catch (MissingKeyException e) {
            throw e; // it would be the same with every document
        } catch (MappingException e) {
            // A document and its envelope together can be more than the store takes. The others go on without it.
            if (prepared.size() > 1) {
                return prepared.entrySet().stream()
                        .flatMap(each -> pin(Map.of(each.getKey(), each.getValue()), impossible).stream())
                        .toList();
            }
            impossible.put(e.id(), String.valueOf(e.getMessage()));
            return parts.store().update(prepared.keySet(), (id, current, next) -> current.map(Changes::refuse));
        }
    }

    private LocalDocument pinned(LocalDocument current, ObjectNode body, Map<DocumentId, String> impossible) {
        try {
            return Changes.pin(current, current.deleted() ? body : sealed(current.id(), body));
        } catch (MissingKeyException e) {
            throw e;
        } catch (MappingException e) {
            impossible.put(current.id(), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            impossible.put(current.id(), "the document says another id");
        }
        return Changes.refuse(current);
    }

    /** What is an envelope already is sent as it is. */
    private ObjectNode sealed(DocumentId id, ObjectNode body) {
        return parts.envelopes()
                .filter(codec -> !codec.recognizes(body))
                .map(codec -> codec.seal(id, body))
                .orElse(body);
    }

    private List<EditOutcome> write(List<DocumentEdit> edits) {
        for (int failures = 1; ; failures++) {
            stop.check();
            try {
                return parts.target().write(edits);
            } catch (TransientSyncException e) {
                Duration delay = parts.backoff().delay(failures, e.retryAfter());
                if (!patience.allows(failures, delay)) {
                    throw e;
                }
                parts.events().accept(new EdgeEvent.RetryScheduled(delay, e));
                tell(EdgeStatus.State.WAITING, Optional.of(e));
                stop.pause(delay);
                tell(EdgeStatus.State.SYNCING, Optional.empty());
            }
        }
    }

    private void count(LocalDocument document, Sending sent, EditOutcome outcome) {
        if (outcome instanceof EditOutcome.Written) {
            pushed++;
        } else if (outcome instanceof EditOutcome.Conflicting) {
            conflicting++;
            parts.events()
                    .accept(new EdgeEvent.Conflicting(document.id(), sent.edit().parent()));
        } else if (outcome instanceof EditOutcome.Refused refusal) {
            refused(document.id(), refusal.reason());
        }
    }

    private void refused(DocumentId id, String reason) {
        refused++;
        parts.events().accept(new EdgeEvent.Refused(id, reason));
    }

    private void tellProgress(List<LocalDocument> settled) {
        tell(EdgeStatus.State.SYNCING, Optional.empty());
        parts.events().accept(new EdgeEvent.Progress(pushed, Math.max(total, pushed)));
        tellSessions(settled);
    }

    private void tellSessions(List<LocalDocument> changed) {
        Set<String> sessions = new LinkedHashSet<>();
        changed.forEach(document -> document.session().ifPresent(sessions::add));
        sessions.forEach(session ->
                parts.events().accept(new EdgeEvent.SessionChanged(SessionStatus.of(parts.store(), session))));
    }

    private void tell(EdgeStatus.State state, Optional<SyncException> failure) {
        parts.events().accept(new EdgeEvent.StatusChanged(status(state, failure)));
    }

    private static <T> T known(Map<DocumentId, T> all, DocumentId id) {
        T found = all.get(id);
        if (found == null) {
            throw new IllegalStateException("no such document: " + id);
        }
        return found;
    }
}
