package dev.docmirror.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.testkit.InMemoryDatabase;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An edge node and its server in memory. */
final class EdgeRig {
    static final Optional<String> NO_SESSION = Optional.empty();
    static final EdgeOptions QUICK = EdgeOptions.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));

    final InMemoryDatabase server = new InMemoryDatabase("clinic");
    final List<EdgeEvent> events = Collections.synchronizedList(new ArrayList<>());

    EdgeSync.Builder edge(SecureDocumentStore store) {
        return EdgeSync.builder(store, server.target()).listener(events::add).options(QUICK);
    }

    <E extends EdgeEvent> List<E> events(Class<E> kind) {
        synchronized (events) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /** What the server shows of each document that is not deleted, without the database's own fields. */
    Map<String, String> onServer() {
        Map<String, String> shown = new TreeMap<>();
        server.all().forEach(change -> {
            Document winner = change.winner();
            if (!winner.deleted()) {
                ObjectNode body = winner.body().deepCopy();
                body.remove(List.of("_id", "_rev"));
                shown.put(winner.id().value(), body.toString());
            }
        });
        return shown;
    }

    static Map<String, String> inStore(SecureDocumentStore store) {
        Map<String, String> kept = new TreeMap<>();
        store.list(0, Integer.MAX_VALUE, Selection.all()).forEach(entry -> {
            LocalDocument document = entry.open().orElseThrow().document();
            if (!document.deleted()) {
                kept.put(document.id().value(), document.body().toString());
            }
        });
        return kept;
    }

    static DocumentId id(String id) {
        return DocumentId.of(id);
    }

    static ObjectNode body(String name) {
        return JsonNodeFactory.instance.objectNode().put("type", "note").put("name", name);
    }

    /** A fields-only body that takes about this much memory. */
    static ObjectNode large(int bytes) {
        return body("x".repeat(bytes / 2));
    }
}
