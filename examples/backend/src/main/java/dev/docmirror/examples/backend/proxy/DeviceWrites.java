package dev.docmirror.examples.backend.proxy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import dev.docmirror.examples.backend.proxy.Ownership.Kind;
import dev.docmirror.examples.backend.proxy.Ownership.Standing;
import dev.docmirror.examples.backend.proxy.WriteAudit.Entry;
import dev.docmirror.examples.backend.proxy.WriteAudit.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the documents of devices: each is checked and audited by itself, and those that pass go to CouchDB in one request.
 * One that is refused is answered so by itself, and the others are written. Thread-safe.
 */
final class DeviceWrites {
    static final String METER = "clinic.device.writes";

    private final CouchDbClient couch;
    private final WriteRules rules;
    private final Ownership ownership;
    private final DocumentOwners owners;
    private final WriteAudit audit;
    private final TransactionOperations transactions;
    private final MeterRegistry meters;

    DeviceWrites(
            CouchDbClient couch,
            WriteRules rules,
            Ownership ownership,
            DocumentOwners owners,
            WriteAudit audit,
            TransactionOperations transactions,
            MeterRegistry meters) {
        this.couch = couch;
        this.rules = rules;
        this.ownership = ownership;
        this.owners = owners;
        this.audit = audit;
        this.transactions = transactions;
        this.meters = meters;
        for (Outcome outcome : Outcome.values()) {
            count(outcome, 0); // there from the beginning
        }
    }

    /**
     * Writes documents.
     *
     * @param replicated whether they keep their revisions and histories ({@code new_edits=false}), or get new ones
     * @return what became of each, in their order
     * @throws ProxyException if CouchDB did not answer: what became of them is not known, and the device has to send them
     *     again
     */
    List<Entry> write(String user, List<ObjectNode> documents, boolean replicated) {
        UUID request = UUID.randomUUID();
        List<Entry> judged = judge(user, documents, replicated);
        List<Entry> begun = Objects.requireNonNull(transactions.execute(transaction -> {
            List<Entry> claimed = claim(user, judged);
            audit.write(request, user, claimed);
            return claimed;
        }));
        List<Entry> accepted = begun.stream()
                .filter(entry -> entry.outcome() == Outcome.REQUESTED)
                .toList();
        count(Outcome.REQUESTED, accepted.size());
        List<Entry> settled = send(accepted, documents, replicated);
        audit.write(request, user, settled);

        List<Entry> outcomes = new ArrayList<>(begun);
        settled.forEach(entry -> outcomes.set(entry.position(), entry));
        outcomes.forEach(entry -> count(entry.outcome(), 1));
        return List.copyOf(outcomes);
    }

    private List<Entry> judge(String user, List<ObjectNode> documents, boolean replicated) {
        List<Entry> judged = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>();
        for (ObjectNode document : documents) {
            Entry entry = entry(judged.size(), document);
            Optional<String> refusal = rules.refusal(user, document, replicated);
            judged.add(refusal.isPresent() ? refused(entry, refusal.get()) : entry);
            if (refusal.isEmpty()) {
                ids.add(entry.id());
            }
        }
        Map<String, Standing> standings = ids.isEmpty() ? Map.of() : ownership.of(user, ids);
        judged.replaceAll(entry -> {
            Standing standing = standings.get(entry.id());
            return standing != null && standing.kind() == Kind.FOREIGN ? refused(entry, WriteRules.NOT_YOURS) : entry;
        });
        return judged;
    }

    /** Of what is to be written, what nobody else writes first. */
    private List<Entry> claim(String user, List<Entry> judged) {
        Set<String> ids = new LinkedHashSet<>();
        judged.stream().filter(entry -> entry.outcome() == Outcome.REQUESTED).forEach(entry -> ids.add(entry.id()));
        Map<String, String> whose = owners.claim(ids, user);
        return judged.stream()
                .map(entry -> entry.outcome() == Outcome.REQUESTED && !user.equals(whose.get(entry.id()))
                        ? refused(entry, WriteRules.NOT_YOURS)
                        : entry)
                .toList();
    }

    private static Entry entry(int position, JsonNode document) {
        String id = document.path("_id").asString("");
        String revision = document.path("_rev").asString("");
        return new Entry(
                position,
                WriteRules.isId(id) ? id : "",
                WriteRules.isDeleted(document),
                WriteRules.isRevision(revision) ? revision : "",
                Outcome.REQUESTED,
                Optional.empty());
    }

    private static Entry refused(Entry entry, String reason) {
        return entry.outcome() == Outcome.REFUSED
                ? entry
                : entry.became(Outcome.REFUSED, entry.revision(), Optional.of(reason));
    }

    private List<Entry> send(List<Entry> accepted, List<ObjectNode> documents, boolean replicated) {
        if (accepted.isEmpty()) {
            return List.of();
        }
        ObjectNode body = ProxyJson.object().put("new_edits", !replicated);
        ArrayNode sent = body.putArray("docs");
        accepted.forEach(entry -> sent.add(documents.get(entry.position())));
        try (Reply reply = couch.post("_bulk_docs", Map.of(), body).success()) {
            JsonNode rows = reply.tree();
            return replicated ? replicated(accepted, rows) : edited(accepted, rows);
        }
    }

    /** A row a document, in order. */
    private static List<Entry> edited(List<Entry> accepted, JsonNode rows) {
        if (rows.size() != accepted.size()) {
            throw Reply.malformed();
        }
        List<Entry> settled = new ArrayList<>();
        for (Entry entry : accepted) {
            JsonNode row = rows.get(settled.size());
            settled.add(
                    row.has("error")
                            ? failed(entry, row)
                            : entry.became(Outcome.WRITTEN, row.path("rev").asString(""), Optional.empty()));
        }
        return settled;
    }

    /** Rows of failures only. */
    private static List<Entry> replicated(List<Entry> accepted, JsonNode rows) {
        Function<Entry, Optional<JsonNode>> failure = entry -> rows.valueStream()
                .filter(row -> row.has("error") && row.path("id").asString("").equals(entry.id()))
                .findFirst();
        return accepted.stream()
                .map(entry -> failure.apply(entry)
                        .map(row -> failed(entry, row))
                        .orElseGet(() -> entry.became(Outcome.WRITTEN, entry.revision(), Optional.empty())))
                .toList();
    }

    /** CouchDB's own reason may quote the document. */
    private static Entry failed(Entry entry, JsonNode row) {
        return row.path("error").asString("").equals("conflict")
                ? entry.became(Outcome.CONFLICT, entry.revision(), Optional.of("Document update conflict."))
                : entry.became(Outcome.REFUSED, entry.revision(), Optional.of("the database refuses the document"));
    }

    private void count(Outcome outcome, int documents) {
        meters.counter(METER, "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .increment(documents);
    }
}
