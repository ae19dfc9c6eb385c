package dev.docmirror.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.InMemoryMirror;
import dev.docmirror.testkit.InMemoryWebhookInbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A worker that mirrors what was pushed in. */
@Timeout(60)
class WebhookMirrorTest {
    private static final TableMapping USERS = TableMapping.builder("users")
            .key("uid", 50)
            .column(Column.text("email", 100).from("/email"))
            .build();

    private final InMemoryWebhookInbox inbox = new InMemoryWebhookInbox();
    private final InMemoryMirror mirror = new InMemoryMirror();
    private final Map<DocumentId, ObjectNode> upstream = new HashMap<>();
    private final List<Collection<DocumentId>> fetches = new ArrayList<>();
    private final List<SyncEvent> events = new CopyOnWriteArrayList<>();
    private WebhookChangeSource source = WebhookChangeSource.of(inbox);

    @BeforeEach
    void createTable() {
        mirror.create(USERS.tables());
    }

    @Test
    void runOnce_pushedChanges_areMirroredInOrder() throws Exception {
        inbox.append(WebhookDelivery.changed("1", id("ada"), email("old@x")));
        inbox.append(WebhookDelivery.changed("2", id("bob"), email("bob@x")));
        inbox.append(WebhookDelivery.changed("3", id("ada"), email("new@x")));
        runOnce();
        assertThat(users()).isEqualTo(Map.of("ada", "new@x", "bob", "bob@x"));
        inbox.append(WebhookDelivery.deleted("4", id("bob")));
        inbox.append(WebhookDelivery.changed("1", id("ada"), email("old@x")));
        runOnce();
        assertThat(users()).isEqualTo(Map.of("ada", "new@x"));
    }

    @Test
    void runOnce_namedDocuments_areFetchedOnceABatch() throws Exception {
        source = source.fetchingWith(this::fetch);
        upstream.put(id("ada"), email("ada@x"));
        for (String uid : List.of("ada", "bob", "ada")) {
            inbox.append(WebhookDelivery.named(
                    "named " + inbox.after(0, new BatchLimits(9, 9)).last(), id(uid)));
        }
        runOnce();
        assertThat(users()).isEqualTo(Map.of("ada", "ada@x"));
        assertThat(fetches).singleElement().satisfies(ids -> assertThat(ids).hasSize(2));

        upstream.put(id("ada"), email("newer@x"));
        inbox.append(WebhookDelivery.named("again", id("ada")));
        runOnce();
        assertThat(users()).isEqualTo(Map.of("ada", "newer@x"));
        upstream.clear();
        inbox.append(WebhookDelivery.named("gone", id("ada")));
        runOnce();
        assertThat(users()).isEmpty();
    }

    @Test
    void runOnce_fetcherFailsForAWhile_losesNothing() throws Exception {
        upstream.put(id("ada"), email("ada@x"));
        source = source.fetchingWith(ids -> {
            if (fetches.size() < 2) {
                fetches.add(ids);
                throw new TransientSyncException("the other system is down", null);
            }
            return fetch(ids);
        });
        inbox.append(WebhookDelivery.named("1", id("ada")));
        runOnce();
        assertThat(users()).isEqualTo(Map.of("ada", "ada@x"));
        assertThat(events).hasAtLeastOneElementOfType(SyncEvent.RetryScheduled.class);
    }

    @Test
    void runOnce_namedAndNobodyToFetch_endsWithTheRemedy() {
        inbox.append(WebhookDelivery.named("1", id("ada")));
        try (SyncWorker worker = worker()) {
            assertThatThrownBy(worker::runOnce)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("fetchingWith");
        }
    }

    @Test
    void changed_whatIsNoJsonObject_isTheSendersFault() {
        for (String json : List.of("", "[]", "{\"canary\":", "{} {}")) {
            assertThatThrownBy(() -> WebhookDelivery.changed("1", id("ada"), json.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(MappingException.class)
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void runOnce_pushedDocumentThatDoesNotFit_isParkedAlone() throws Exception {
        ObjectNode wrong = email("x").objectNode().put("email", 7);
        inbox.append(WebhookDelivery.changed("1", id("ada"), wrong));
        inbox.append(WebhookDelivery.changed("2", id("bob"), email("bob@x")));
        runOnce();
        assertThat(users()).isEqualTo(Map.of("bob", "bob@x"));
        assertThat(events).hasAtLeastOneElementOfType(SyncEvent.DocumentParked.class);
    }

    @Test
    void start_deliveryWhileItFollows_arrives() throws Exception {
        try (SyncWorker worker = worker()) {
            worker.start();
            inbox.append(WebhookDelivery.changed("1", id("ada"), email("ada@x")));
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(users()).isEqualTo(Map.of("ada", "ada@x"));
        }
    }

    private Map<DocumentId, ObjectNode> fetch(Collection<DocumentId> ids) {
        fetches.add(List.copyOf(ids));
        Map<DocumentId, ObjectNode> found = new HashMap<>(upstream);
        found.keySet().retainAll(ids);
        return found;
    }

    private void runOnce() throws InterruptedException {
        try (SyncWorker worker = worker()) {
            worker.runOnce();
        }
    }

    private SyncWorker worker() {
        return SyncWorker.builder("users", source, USERS, mirror.sink(), mirror.checkpoints())
                .options(SyncOptions.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(3)))
                .listener((stream, event) -> events.add(event))
                .build();
    }

    private Map<String, Object> users() {
        Map<String, Object> users = new TreeMap<>();
        mirror.rows("users").forEach(row -> users.put((String) row.get("uid"), row.get("email")));
        return users;
    }

    private static DocumentId id(String id) {
        return DocumentId.of(id);
    }

    private static ObjectNode email(String email) {
        return Documents.document("x", "1-x", "{\"email\":\"" + email + "\"}").body();
    }
}
