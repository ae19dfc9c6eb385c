package dev.docmirror.examples.backend.sync;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.cycle.CycleOutcome;
import dev.docmirror.cycle.PendingItem;
import dev.docmirror.cycle.ProcessAnswer;
import dev.docmirror.cycle.QueueSummary;
import dev.docmirror.cycle.QueuedAnswer;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.examples.backend.proxy.OwnDocuments;
import dev.docmirror.examples.backend.proxy.ProxySettings;
import dev.docmirror.examples.backend.security.Role;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncQueue;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What clients did offline, one operation at a time. Each user sees their own operations, an admin everybody's. An
 * operation reaches the documents of its user, whoever queues it; a document of somebody else's is as unknown as one that
 * never was.
 */
@RestController
@RequestMapping("/api/v1/sync")
class OperationController {
    private static final int PAGE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final SyncQueue queue;
    private final SyncCycle cycle;
    private final ChangeSource source;
    private final OwnDocuments documents;
    private final String ownerField;

    OperationController(
            SyncQueue queue, SyncCycle cycle, ChangeSource source, OwnDocuments documents, ProxySettings settings) {
        this.queue = queue;
        this.cycle = cycle;
        this.source = source;
        this.documents = documents;
        this.ownerField = settings.ownerField();
    }

    /** How many operations go again. */
    record Retried(long retried) {}

    @PostMapping("/queue")
    QueuedAnswer enqueue(@RequestBody OperationRequest request, Authentication caller) {
        SyncOperation operation = operation(request);
        String user = operation.user().orElseThrow();
        checkIsOrAdmin(caller, user);
        if (!documents.claim(user, operation.id())) {
            throw unknown("document");
        }
        return QueuedAnswer.of(queue.enqueue(operation));
    }

    private SyncOperation operation(OperationRequest request) {
        try {
            return request.toOperation(ownerField);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage());
        }
    }

    /** What is not done, oldest first; {@code after} is the id of the last one that is known. */
    @GetMapping("/pending")
    List<PendingItem> pending(
            @RequestParam String userId,
            @RequestParam Optional<String> deviceId,
            @RequestParam(defaultValue = "0") long after,
            Authentication caller) {
        checkIsOrAdmin(caller, userId);
        QueueFilter open = of(userId, deviceId)
                .in(OperationState.PENDING, OperationState.PROCESSING, OperationState.FAILED, OperationState.CONFLICT);
        return PendingItem.of(queue.list(open.page(after, PAGE)));
    }

    /** Takes what waits to CouchDB, this operation among it, and answers what became of it. */
    @PostMapping("/process/{id}")
    ProcessAnswer process(@PathVariable long id, Authentication caller) throws InterruptedException {
        QueuedOperation operation = mine(id, caller);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<String> types = Set.of(operation.operation().type());
        while (cycle.push(types) instanceof CycleOutcome.Busy && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS); // another sync has it in hand, perhaps
        }
        return answer(mine(id, caller));
    }

    @PatchMapping("/resolve/{id}")
    ProcessAnswer resolve(@PathVariable long id, @RequestParam OperationResolution resolution, Authentication caller) {
        QueuedOperation operation = mine(id, caller);
        if (resolution != OperationResolution.SERVER_WINS && isForeign(operation)) {
            throw unknown("document"); // nothing is left but to give in
        }
        return queue.resolve(id, resolution, caller.getName(), "decided by the client")
                .map(this::answer)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.CONFLICT, "the operation is not in conflict, or not any more"));
    }

    @PostMapping("/retry")
    Retried retry(@RequestParam String userId, @RequestParam Optional<String> deviceId, Authentication caller) {
        checkIsOrAdmin(caller, userId);
        return new Retried(queue.retryFailed(of(userId, deviceId), caller.getName()));
    }

    @GetMapping("/stats")
    QueueSummary stats(@RequestParam Optional<String> userId) {
        QueueFilter all = QueueFilter.all();
        return QueueSummary.of(queue.statistics(userId.map(all::ofUser).orElse(all)));
    }

    private ProcessAnswer answer(QueuedOperation queued) {
        Optional<Document> result = queued.state() == OperationState.COMPLETED && !isForeign(queued)
                ? source.read(List.of(queued.operation().id())).stream()
                        .findFirst()
                        .map(DocumentChange::winner)
                : Optional.empty();
        return ProcessAnswer.of(queued, result);
    }

    private boolean isForeign(QueuedOperation queued) {
        SyncOperation operation = queued.operation();
        return operation
                .user()
                .map(user -> documents.isForeign(user, operation.id()))
                .orElse(true);
    }

    private static QueueFilter of(String userId, Optional<String> deviceId) {
        QueueFilter mine = QueueFilter.all().ofUser(userId);
        return deviceId.map(mine::ofDevice).orElse(mine);
    }

    /** Somebody else's operation is as unknown as one that never was. */
    private QueuedOperation mine(long id, Authentication caller) {
        return queue.find(id)
                .filter(queued ->
                        Role.ADMIN.isHeldBy(caller) || queued.operation().user().equals(Optional.of(caller.getName())))
                .orElseThrow(() -> unknown("operation"));
    }

    private static ResponseStatusException unknown(String what) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no such " + what);
    }

    private static void checkIsOrAdmin(Authentication caller, String userId) {
        if (!Role.ADMIN.isHeldBy(caller) && !caller.getName().equals(userId)) {
            throw new AccessDeniedException("another user's");
        }
    }
}
