package dev.docmirror.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.OperationTooLargeException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.OperationEvent.Side;
import dev.docmirror.queue.Plan.Send;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.Verdicts.Verdict;

/**
 * Takes one batch of claimed operations to the source: one read, one pin, one write, one settlement. A crash at any point
 * leaves each operation either untouched or pinned, and what is pinned is sent again as it was.
 */
final class PushBatch {
    private final Pusher pusher;
    private final List<Claim> claims;
    private final List<Verdict> verdicts = new ArrayList<>();
    private Optional<Trouble> trouble = Optional.empty();

    /** What keeps the worker from going on. */
    record Trouble(Side side, SyncException cause) {}

    private record Sending(Claim claim, Send send) {}

    PushBatch(Pusher pusher, List<Claim> claims) {
        this.pusher = pusher;
        this.claims = claims;
    }

    /** Finds out what becomes of each operation; one that was lost on the way is left out. */
    List<Verdict> push(Duration releaseFor) {
        Map<DocumentId, DocumentChange> now;
        try {
            now = read(claims);
        } catch (TransientSyncException e) {
            // Nothing of them was tried: an outage must not use up their tries.
            trouble = Optional.of(new Trouble(Side.SOURCE, e));
            claims.forEach(claim -> release(claim, Optional.of(Reasons.of(e)), releaseFor));
            return verdicts;
        } catch (RuntimeException e) {
            fail(claims, Side.SOURCE, Reasons.known("the change source", e));
            return verdicts;
        }
        send(pinned(planned(now)));
        return verdicts;
    }

    Optional<Trouble> trouble() {
        return trouble;
    }

    private Map<DocumentId, DocumentChange> read(List<Claim> about) {
        List<DocumentId> ids =
                about.stream().map(claim -> claim.operation().operation().id()).toList();
        Map<DocumentId, DocumentChange> now = new HashMap<>();
        pusher.source().read(ids).forEach(change -> now.put(change.id(), change));
        return now;
    }

    private List<Sending> planned(Map<DocumentId, DocumentChange> now) {
        List<Sending> sending = new ArrayList<>();
        for (Claim claim : claims) {
            Plan plan = pusher.planner().plan(claim.operation(), change(now, claim));
            if (!(plan instanceof Send send)) {
                verdicts.add(pusher.verdicts().of(claim, plan));
                continue;
            }
            Optional<Verdict> objection =
                    send.again() ? Optional.empty() : pusher.verdicts().objection(claim, send.edit());
            objection.ifPresentOrElse(verdicts::add, () -> sending.add(new Sending(claim, send)));
        }
        return sending;
    }

    private List<Sending> pinned(List<Sending> sending) {
        List<QueueStore.Pin> pins = sending.stream()
                .filter(each -> !each.send().again())
                .map(each -> new QueueStore.Pin(each.claim(), each.send().edit()))
                .toList();
        Set<Long> held = pin(pins);
        return sending.stream()
                .filter(each ->
                        each.send().again() || held.contains(each.claim().token()))
                .toList();
    }

    /** What can't be pinned, and never could, is refused: it would hold up all others for ever. */
    private Set<Long> pin(List<QueueStore.Pin> pins) {
        Set<Long> held = new HashSet<>();
        List<QueueStore.Pin> left = pins;
        while (!left.isEmpty()) {
            List<QueueStore.Pin> some = left;
            try {
                pusher.persistently(() -> pusher.store().pin(some)).forEach(claim -> held.add(claim.token()));
                return held;
            } catch (OperationTooLargeException e) {
                left = new ArrayList<>(some);
                left.removeIf(pin -> pin.edit().id().equals(e.id()));
                if (left.size() == some.size()) {
                    throw e;
                }
                some.stream()
                        .filter(pin -> pin.edit().id().equals(e.id()))
                        .forEach(pin -> verdicts.add(pusher.verdicts().refused(pin.claim(), Reasons.of(e))));
            }
        }
        return held;
    }

    private void send(List<Sending> all) {
        if (pusher.isStopping()) {
            all.forEach(each -> release(each.claim(), Optional.empty(), Duration.ZERO));
            return;
        }
        for (Sending each : all) {
            DocumentEdit edit = each.send().edit();
            pusher.tell(new OperationEvent.Writing(
                    OperationEvent.Subject.of(each.claim().operation()), edit.parent(), edit.deleted()));
        }
        // Checked last: from here on it is the target that tells a zombie's edit from a new one.
        List<Sending> sending =
                all.stream().filter(each -> pusher.holds(each.claim())).toList();
        if (!sending.isEmpty()) {
            write(sending);
        }
    }

    private void write(List<Sending> sending) {
        List<Claim> sent = sending.stream().map(Sending::claim).toList();
        List<EditOutcome> outcomes;
        try {
            outcomes = pusher.target()
                    .write(sending.stream().map(each -> each.send().sent()).toList());
            if (outcomes.size() != sent.size()) {
                throw new IllegalStateException("a target must answer each edit");
            }
        } catch (RuntimeException e) {
            fail(sent, Side.TARGET, Reasons.known("the document target", e));
            return;
        }
        List<Claim> overtaken = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            EditOutcome outcome = outcomes.get(i);
            if (outcome instanceof EditOutcome.Written written) {
                verdicts.add(pusher.verdicts().written(sent.get(i), written.revision()));
            } else if (outcome instanceof EditOutcome.Refused refused) {
                verdicts.add(pusher.verdicts().refused(sent.get(i), refused.reason()));
            } else {
                overtaken.add(sent.get(i));
            }
        }
        if (!overtaken.isEmpty()) {
            judgeAgain(overtaken);
        }
    }

    /** Somebody wrote these documents since they were read; the edits that were sent are not in them. */
    private void judgeAgain(List<Claim> overtaken) {
        Map<DocumentId, DocumentChange> now;
        try {
            now = read(overtaken);
        } catch (RuntimeException e) {
            SyncException cause = Reasons.known("the change source", e);
            trouble = Optional.of(new Trouble(Side.SOURCE, cause));
            overtaken.forEach(claim -> verdicts.add(pusher.verdicts().overtaken(claim, Reasons.of(cause))));
            return;
        }
        for (Claim claim : overtaken) {
            Plan plan = pusher.planner().plan(claim.operation().operation(), change(now, claim));
            verdicts.add(
                    plan instanceof Send
                            ? pusher.verdicts().overtaken(claim, "overtaken by another write")
                            : pusher.verdicts().of(claim, plan));
        }
    }

    private void fail(List<Claim> about, Side side, SyncException cause) {
        trouble = Optional.of(new Trouble(side, cause));
        about.forEach(claim -> verdicts.add(pusher.verdicts().failed(claim, cause)));
    }

    private void release(Claim claim, Optional<String> reason, Duration wait) {
        verdicts.add(Verdict.of(Settlement.released(claim, reason, wait)));
    }

    private static Optional<DocumentChange> change(Map<DocumentId, DocumentChange> now, Claim claim) {
        return Optional.ofNullable(now.get(claim.operation().operation().id()));
    }
}
