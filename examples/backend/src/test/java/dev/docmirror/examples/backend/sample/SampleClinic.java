package dev.docmirror.examples.backend.sample;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.DocumentId;
import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncQueue;
import dev.docmirror.testkit.server.CouchDbServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A clinic with some hundred patients, whose devices go on writing: edits, drafts that two wrote at once, edits of signed
 * notes, documents that can't be mirrored, and operations that were made offline.
 */
final class SampleClinic {
    private static final Logger log = LoggerFactory.getLogger(SampleClinic.class);
    private static final long PAUSE_MILLIS = 700;

    private final Random random = new Random(7);
    private final SampleDocuments documents = new SampleDocuments(random);
    private final Clinic devices;
    private final SyncQueue queue;
    private final List<ObjectNode> patients = new ArrayList<>();
    private final List<ObjectNode> sessions = new ArrayList<>();
    private final List<ObjectNode> signed = new ArrayList<>();
    private int step;

    SampleClinic(URI database, CouchDbServer couch, ApplicationContext backend) {
        this.devices = new Clinic(database, couch.user(), couch.password());
        this.queue = backend.getBean(SyncQueue.class);
    }

    /** Returns when the latch is released. */
    void workUntil(CountDownLatch end) throws InterruptedException {
        boolean open = false;
        do {
            try {
                if (!open) {
                    open();
                    open = true;
                }
                work();
            } catch (IOException e) {
                log.warn("a device could not write: {}", e.getMessage());
            }
        } while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void open() throws IOException, InterruptedException {
        for (int i = 0; i < 120; i++) {
            patients.add(documents.patient());
        }
        patients.forEach(patient -> sessions.add(documents.session(patient)));
        for (int i = 0; i < 20; i++) {
            signed.add(documents.note(patients.get(i)).put("signatureHash", "sig-" + i));
        }
        List<ObjectNode> all = new ArrayList<>(patients);
        all.addAll(sessions);
        sessions.forEach(session -> all.add(documents.form(session)));
        patients.forEach(patient -> all.add(documents.intake(patient)));
        all.addAll(signed);
        devices.write(all, () -> {});
        contest();
        devices.put(documents.poison());
    }

    private void work() throws IOException, InterruptedException {
        step++;
        ObjectNode session = pick(sessions);
        devices.put(documents.moved(session));
        if (step % 3 == 0) {
            offline();
        }
        if (step % 12 == 0) {
            contest();
        }
        if (step % 40 == 0) {
            devices.put(documents.poison());
        }
        if (step % 50 == 0) {
            devices.put(pick(signed).deepCopy().put("title", "Changed after it was signed"));
        }
    }

    /** Two devices write a draft without seeing each other. */
    private void contest() throws IOException, InterruptedException {
        ObjectNode draft = documents.note(pick(patients));
        devices.write(List.of(draft), () -> {});
        devices.conflict(List.of(documents.edited(draft)), List.of(documents.edited(draft)));
    }

    /** What devices did offline arrives as operations, now and then on a document that nobody knows. */
    private void offline() {
        String device = "tablet-" + random.nextInt(6);
        ObjectNode patient = pick(patients);
        boolean lost = random.nextInt(8) == 0;
        String id = lost ? "patient:UNKNOWN" : patient.get("_id").asString();
        ObjectNode visit = JsonMapper.shared().createObjectNode();
        visit.putObject("patient")
                .put("visitCount", 1 + random.nextInt(9))
                .put("updatedAt", Instant.now().toString());
        queue.enqueue(SyncOperation.patch("clinicalPatient", DocumentId.of(id), visit)
                .by("nurse", device)
                .at(Instant.now()));
    }

    private ObjectNode pick(List<ObjectNode> some) {
        return some.get(random.nextInt(some.size()));
    }
}
