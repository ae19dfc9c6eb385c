package dev.docmirror.identity;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryIdentityLinks;
import dev.docmirror.testkit.InMemoryIdentityLinks.Point;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A worker that writes identities into rows. */
@Timeout(60)
class IdentityMappingTest {
    private static final LinkNote NOTE = LinkNote.of("test", "");
    private static final Column PATIENT =
            Column.identity("patient_key", "firebase").from("/patientUid");

    private final InMemoryDatabase database = new InMemoryDatabase("test");
    private final InMemoryMirror mirror = new InMemoryMirror();
    private final InMemoryIdentityLinks links = new InMemoryIdentityLinks();
    private final List<SyncEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void createTable() {
        create(table(PATIENT));
    }

    private void create(TableMapping mapping) {
        mirror.create(mapping.tables());
    }

    @Test
    void runOnce_knownIds_areIdentitiesInTheRows() throws Exception {
        IdentityId ada = links.link(List.of(uid("a"), ExternalId.of("postgres", "42")), NOTE);
        database.put("1", patient("a"));
        database.put("2", "{\"patientUid\":null}");
        runOnce(table(PATIENT));
        assertThat(keys()).containsEntry("1", ada.value()).containsEntry("2", null);
        assertThat(links.history(ada)).hasSize(2);
    }

    @Test
    void runOnce_unknownId_isWhatTheColumnSays() throws Exception {
        database.put("1", patient("a"));
        runOnce(table(PATIENT));
        assertThat(keys()).containsEntry("1", null);
        assertThat(links.resolve(List.of(uid("a")))).isEmpty();

        database.put("2", patient("a"));
        create(table(PATIENT.required()));
        runOnce(table(PATIENT.required()));
        assertThat(mirror.deadLetters().list(StreamId.of("test"), 9))
                .singleElement()
                .extracting(DeadLetter::reason)
                .isEqualTo("column `patient_key` of table `visits`: required, but missing or null at /patientUid, or of"
                        + " no known identity");
    }

    @Test
    void runOnce_unknownIdToBeLinked_isLinkedOnceForAllDocuments() throws Exception {
        for (int i = 0; i < 30; i++) {
            database.put("doc-" + i, patient("p" + i % 3));
        }
        create(table(PATIENT.required()));
        runOnce(table(PATIENT.required().linkUnknown()));
        Map<ExternalId, IdentityId> linked = links.resolve(List.of(uid("p0"), uid("p1"), uid("p2")));
        assertThat(linked).hasSize(3);
        assertThat(keys())
                .hasSize(30)
                .containsEntry("doc-4", linked.get(uid("p1")).value());
        assertThat(links.history(linked.get(uid("p1")))).singleElement().satisfies(event -> {
            assertThat(event.note().by()).isEqualTo("docmirror");
            assertThat(event.note().why()).contains("stream test");
        });
    }

    @Test
    void runOnce_manyDocuments_asksOnceABatch() throws Exception {
        for (int i = 0; i < 200; i++) {
            links.link(List.of(uid("p" + i)), NOTE);
            database.put("doc-" + i, patient("p" + i));
        }
        create(table(PATIENT.required()));
        int transactions = mirror.faults().passes(InMemoryMirror.Point.BEGIN);
        runOnce(table(PATIENT.required()));
        assertThat(keys().values()).doesNotContainNull().hasSize(200);
        assertThat(links.faults().passes(Point.RESOLVE)).isEqualTo(1);
        assertThat(mirror.faults().passes(InMemoryMirror.Point.BEGIN) - transactions)
                .isLessThanOrEqualTo(2);
    }

    @Test
    void runOnce_policyPicksAnotherLeaf_asksForItsIdentity() throws Exception {
        IdentityId loser = links.link(List.of(uid("low")), NOTE);
        database.put("1", patient("base"));
        String root = database.get(DocumentId.of("1"))
                .orElseThrow()
                .winner()
                .revision()
                .toString();
        database.fork("1", "2-bbb", root, patient("high"));
        database.fork("1", "2-aaa", root, patient("low"));
        try (SyncWorker worker = builder(table(PATIENT))
                .conflicts((conflict, context) ->
                        new Resolution.Choose(conflict.leaves().get(1), "the lower one"))
                .identities(links)
                .build()) {
            worker.runOnce();
        }
        assertThat(keys()).containsEntry("1", loser.value());
    }

    @Test
    void runOnce_linksFailForAWhile_retriesWithoutParking() throws Exception {
        database.put("1", patient("a"));
        links.faults().failNext(Point.RESOLVE, 2);
        links.faults().failNext(Point.CHANGE, 2);
        runOnce(table(PATIENT.linkUnknown()));
        assertThat(keys())
                .containsEntry(
                        "1", links.resolve(List.of(uid("a"))).get(uid("a")).value());
        assertThat(events).hasAtLeastOneElementOfType(SyncEvent.RetryScheduled.class);
        assertThat(events).noneMatch(SyncEvent.DocumentParked.class::isInstance);
    }

    @Test
    void runOnce_mappingAsksAndNobodyKnows_endsWithTheRemedy() {
        database.put("1", patient("a"));
        try (SyncWorker worker = builder(table(PATIENT)).build()) {
            assertThatThrownBy(worker::runOnce)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("SyncWorker.Builder.identities");
        }
    }

    @Test
    void runOnce_mergedMeanwhile_keepsTheRowsAndLeadsToTheSurvivor() throws Exception {
        IdentityId first = links.link(List.of(uid("a")), NOTE);
        IdentityId second = links.link(List.of(uid("b")), NOTE);
        database.put("1", patient("a"));
        TableMapping visits = table(PATIENT);
        runOnce(visits);
        links.merge(second, first, NOTE);
        runOnce(visits);
        assertThat(keys()).containsEntry("1", first.value());
        Identity found = links.find(IdentityId.of(keys().get("1"))).orElseThrow();
        assertThat(found.id()).isEqualTo(second);
        assertThat(found.externalIds()).contains(uid("a"));
        database.put("1", patient("a"));
        runOnce(visits);
        assertThat(keys()).containsEntry("1", second.value());
    }

    @Test
    void runOnce_lambdaAsksForWhatItDidNotName_isParkedAsAFault() throws Exception {
        database.put("1", patient("a"));
        DocumentMapper careless = (document, context) -> {
            context.identity(uid("a"));
            return new Mapping.Skip("never reached");
        };
        try (SyncWorker worker = builder(careless).identities(links).build()) {
            worker.runOnce();
        }
        assertThat(events(SyncEvent.DocumentParked.class))
                .singleElement()
                .satisfies(event -> assertThat(event.letter().reason()).contains("IllegalStateException"));
    }

    private void runOnce(TableMapping mapping) throws InterruptedException {
        try (SyncWorker worker = builder(mapping).identities(links).build()) {
            worker.runOnce();
        }
    }

    private SyncWorker.Builder builder(DocumentMapper mapper) {
        return SyncWorker.builder("test", database.source(), mapper, mirror.sink(), mirror.checkpoints())
                .options(SyncOptions.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(3)))
                .listener((stream, event) -> events.add(event));
    }

    private <E extends SyncEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static TableMapping table(Column patient) {
        return TableMapping.builder("visits").key("doc_id", 50).column(patient).build();
    }

    private Map<String, String> keys() {
        Map<String, String> keys = new TreeMap<>();
        mirror.rows("visits").forEach(row -> keys.put((String) row.get("doc_id"), (String) row.get("patient_key")));
        return keys;
    }

    private static ExternalId uid(String id) {
        return ExternalId.of("firebase", id);
    }

    private static String patient(String uid) {
        return "{\"patientUid\":\"" + uid + "\"}";
    }
}
