package dev.docmirror.examples.backend.sync;

import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.examples.backend.clinic.OtherSystems;
import dev.docmirror.examples.backend.clinic.PatientDocuments;
import dev.docmirror.examples.backend.security.Role;
import dev.docmirror.monitor.EntityAnswer;
import dev.docmirror.monitor.HealthAnswer;
import dev.docmirror.monitor.HealthThresholds;
import dev.docmirror.monitor.SyncMonitor;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the sync is well, and where a patient's data is. */
@RestController
@RequestMapping("/api/sync")
class StatusController {
    private static final int MOST_DOCUMENTS = 100;

    private final SyncMonitor monitor;
    private final OtherSystems systems;
    private final PatientDocuments documents;

    StatusController(SyncMonitor monitor, OtherSystems systems, PatientDocuments documents) {
        this.monitor = monitor;
        this.systems = systems;
        this.documents = documents;
    }

    @GetMapping("/status")
    HealthAnswer status() {
        return HealthAnswer.of(monitor.snapshot(), HealthThresholds.defaults(), systems.counts());
    }

    /** What lost in conflicts is in the archive, and told to those who may see that. */
    @GetMapping("/patient/{patientId}")
    EntityAnswer patient(@PathVariable String patientId, Authentication caller) {
        List<DocumentId> about = documents.of(patientId, MOST_DOCUMENTS);
        EntityAnswer all = EntityAnswer.of(
                systems.of(patientId), about.stream().map(monitor::entity).toList());
        boolean archive = Role.REVIEWER.isHeldBy(caller) || Role.ADMIN.isHeldBy(caller);
        return new EntityAnswer(
                all.systems(),
                all.syncLogs().stream()
                        .filter(log -> archive || !log.event().equals("conflict"))
                        .toList());
    }
}
