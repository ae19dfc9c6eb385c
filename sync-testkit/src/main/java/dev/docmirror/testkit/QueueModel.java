package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.MergePatch;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncOperation.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a queue should do, as plainly as it can be said. Time is counted in minutes. */
final class QueueModel {
    static final long LEASE = 10;

    private final Map<Long, Item> items = new LinkedHashMap<>();
    private long now;

    /** An operation as the model sees it: what was folded into it is kept as it came. */
    static final class Item {
        private final long number;
        private final DocumentId id;
        private final long came;
        private final long delay;
        private final List<SyncOperation> steps = new ArrayList<>();
        private Optional<Revision> base;
        private OperationState state = OperationState.PENDING;
        private int attempts;
        private @Nullable Long due;
        private long token;
        private long leaseEnd;
        private boolean pinned;

        private Item(long number, SyncOperation first, long now) {
            this.number = number;
            this.id = first.id();
            this.came = now;
            this.delay = first.delay().toMinutes();
            this.base = first.base();
            this.due = now + delay;
            steps.add(first);
        }

        OperationState state() {
            return state;
        }

        int attempts() {
            return attempts;
        }

        /** How many minutes after it came it is due, if it is due by itself. */
        Optional<Long> dueAfter() {
            return Optional.ofNullable(due).map(time -> time - came);
        }

        boolean isPinned() {
            return pinned;
        }

        Optional<Revision> base() {
            return base;
        }

        /** The document after all that was folded, in turn; empty if it is gone. */
        Optional<ObjectNode> effectOn(Optional<ObjectNode> document) {
            Optional<ObjectNode> result = document;
            for (SyncOperation step : steps) {
                result = effect(step, result);
            }
            return result;
        }

        private Kind kind() {
            Kind kind = steps.get(0).kind();
            for (SyncOperation step : steps) {
                if (step.kind() == Kind.DELETE || (step.kind() == Kind.UPDATE && kind != Kind.CREATE)) {
                    kind = step.kind();
                }
            }
            return kind;
        }

        /** Whoever comes last says what the document is. */
        private String type() {
            return steps.get(steps.size() - 1).type();
        }

        private void becomes(OperationState next) {
            state = next;
            due = null;
        }
    }

    static Optional<ObjectNode> effect(SyncOperation operation, Optional<ObjectNode> document) {
        return switch (operation.kind()) {
            case CREATE, UPDATE -> operation.body();
            case PATCH -> operation.body().map(patch -> MergePatch.apply(document.orElseGet(patch::objectNode), patch));
            case DELETE -> Optional.empty();
        };
    }

    Map<Long, Item> items() {
        return items;
    }

    void pass(long minutes) {
        now += minutes;
    }

    /** The item that an operation should fold into; empty if it should stand alone. */
    Optional<Item> folds(SyncOperation operation) {
        return items.values().stream()
                .filter(each -> each.id.equals(operation.id()) && !each.state.isFinal())
                .reduce((first, second) -> second)
                .filter(last -> last.state == OperationState.PENDING && !last.pinned)
                .filter(last -> operation.base().isEmpty() || operation.base().equals(last.base))
                .filter(last -> fit(last, operation))
                .filter(last ->
                        (last.kind() == Kind.CREATE && operation.kind() == Kind.DELETE) || inTime(last, operation));
    }

    private boolean inTime(Item last, SyncOperation operation) {
        long delay = operation.delay().toMinutes();
        return delay == 0
                || now + delay <= Objects.requireNonNull(last.due)
                || now + delay <= last.came + 2 * last.delay;
    }

    private static boolean fit(Item last, SyncOperation operation) {
        return switch (operation.kind()) {
            case CREATE ->
                last.kind() == Kind.CREATE && last.effectOn(Optional.empty()).equals(operation.body());
            case UPDATE -> last.kind() != Kind.DELETE;
            case PATCH ->
                last.kind() == Kind.PATCH
                        ? !(patchesField(operation) && putsNoObject(last))
                        : last.kind() != Kind.DELETE;
            case DELETE -> true;
        };
    }

    private static boolean patchesField(SyncOperation patch) {
        return patch.body().orElseThrow().path("f").isObject();
    }

    /** Whether field f of a document with an object there is none any more, or one that lost everything else. */
    private static boolean putsNoObject(Item patches) {
        ObjectNode full =
                Documents.document("any", "1-a", "{\"f\":{\"other\":1}}").body();
        return patches.effectOn(Optional.of(full)).orElseThrow().at("/f/other").isMissingNode();
    }

    void enqueued(long number, SyncOperation operation) {
        Optional<Item> into = folds(operation);
        if (into.isEmpty()) {
            items.put(number, new Item(number, operation, now));
            return;
        }
        Item item = into.get();
        if (item.kind() == Kind.CREATE && operation.kind() == Kind.DELETE) {
            item.becomes(OperationState.CANCELLED);
            return;
        }
        long delay = operation.delay().toMinutes();
        if (delay > 0 && now + delay > Objects.requireNonNull(item.due)) {
            item.due = now + delay;
        }
        item.steps.add(operation);
    }

    /** The numbers that a claim of some types, or of all, may give: one a document. */
    List<Long> claimable(Set<String> types) {
        Set<DocumentId> seen = new HashSet<>();
        return items.values().stream()
                .filter(each -> !each.state.isFinal())
                .filter(each -> seen.add(each.id))
                .filter(each -> types.isEmpty() || types.contains(each.type()))
                .filter(each -> each.state == OperationState.PROCESSING
                        ? each.leaseEnd <= now
                        : each.due != null && each.due <= now)
                .map(each -> each.number)
                .toList();
    }

    void claimed(long number, long token) {
        Item item = item(number);
        item.becomes(OperationState.PROCESSING);
        item.token = token;
        item.leaseEnd = now + LEASE;
    }

    boolean holds(long number, long token) {
        Item item = items.get(number);
        return item != null && item.state == OperationState.PROCESSING && item.token == token;
    }

    void renewed(long number) {
        item(number).leaseEnd = now + LEASE;
    }

    void pinned(long number) {
        item(number).pinned = true;
    }

    void settled(long number, OperationState next, boolean keepsPin, Optional<Duration> retryIn) {
        Item item = item(number);
        item.becomes(next);
        item.attempts += next == OperationState.FAILED ? 1 : 0;
        item.pinned &= keepsPin;
        retryIn.ifPresent(wait -> item.due = now + wait.toMinutes());
    }

    /** An operation goes on, or ended, on another base, and takes its followers along. */
    void rebased(long number, Optional<Revision> before, Revision base) {
        DocumentId id = item(number).id;
        items.values().stream()
                .filter(each -> each.number > number && each.id.equals(id) && !each.state.isFinal())
                .filter(each -> before.isPresent() && each.base.equals(before))
                .forEach(each -> each.base = Optional.of(base));
    }

    void redone(long number, SyncOperation operation) {
        Item item = item(number);
        item.steps.clear();
        item.steps.add(operation);
        item.base = operation.base();
    }

    /** Whether a change is allowed, written out once more. */
    boolean changed(long number, ManualChange change) {
        Item item = items.get(number);
        if (item == null) {
            return false;
        }
        boolean allowed = switch (item.state) {
            case PENDING -> change instanceof ManualChange.Cancel;
            case FAILED -> change instanceof ManualChange.Cancel || change instanceof ManualChange.Retry;
            case CONFLICT -> !(change instanceof ManualChange.Retry);
            default -> false;
        };
        if (allowed) {
            item.becomes(change.next());
            if (change.next() == OperationState.PENDING) {
                item.due = now;
                item.attempts = 0;
            }
        }
        return allowed;
    }

    long purged() {
        long before = items.size();
        items.values().removeIf(each -> each.state.isFinal());
        return before - items.size();
    }

    private Item item(long number) {
        return Objects.requireNonNull(items.get(number));
    }
}
