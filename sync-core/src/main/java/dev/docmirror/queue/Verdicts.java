package dev.docmirror.queue;

import java.time.Duration;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.internal.Backoff;
import dev.docmirror.queue.QueueStore.Claim;

/** What becomes of operations that are not sent, or were sent and answered. */
final class Verdicts {
    private final Optional<Deciding> deciding;
    private final OperationValidator validator;
    private final int maxAttempts;
    private final Backoff backoff;

    /** Who decides conflicts, and where those that lose are kept. */
    record Deciding(OperationConflictPolicy policy, Losers losers) {}

    /**
     * What became of an operation.
     *
     * @param conflict what stood against it, if anything did
     * @param resolution how that was decided
     */
    record Verdict(Settlement settlement, Optional<String> conflict, Optional<OperationResolution> resolution) {
        static Verdict of(Settlement settlement) {
            return new Verdict(settlement, Optional.empty(), Optional.empty());
        }
    }

    Verdicts(Optional<Deciding> deciding, OperationValidator validator, int maxAttempts, Backoff backoff) {
        this.deciding = deciding;
        this.validator = validator;
        this.maxAttempts = maxAttempts;
        this.backoff = backoff;
    }

    Verdict written(Claim claim, Revision revision) {
        return Verdict.of(Settlement.completed(claim, Optional.of(revision), Optional.empty()));
    }

    /** Nobody knows whether it was written. */
    Verdict failed(Claim claim, SyncException cause) {
        int failures = claim.operation().attempts() + 1;
        Optional<Duration> asked =
                cause instanceof TransientSyncException passing ? passing.retryAfter() : Optional.empty();
        Optional<Duration> retryIn =
                failures < maxAttempts ? Optional.of(backoff.delay(failures, asked)) : Optional.empty();
        return Verdict.of(Settlement.failed(claim, Reasons.of(cause), retryIn));
    }

    Verdict refused(Claim claim, String reason) {
        return Verdict.of(Settlement.refused(claim, Reasons.of(reason)));
    }

    /** It was not written and is planned anew in a moment. */
    Verdict overtaken(Claim claim, String reason) {
        Duration wait = backoff.delay(1, Optional.empty());
        return Verdict.of(Settlement.again(claim, claim.operation().operation(), Reasons.of(reason), wait));
    }

    /** Asked before an operation is sent the first time; empty if nobody objects. */
    Optional<Verdict> objection(Claim claim, DocumentEdit edit) {
        try {
            return validator
                    .refusal(claim.operation().operation(), Bodies.fields(edit.body()))
                    .map(reason -> refused(claim, reason));
        } catch (TransientSyncException e) {
            return Optional.of(failed(claim, e));
        } catch (RuntimeException e) {
            return Optional.of(
                    refused(claim, "a validator failed with " + e.getClass().getName()));
        }
    }

    /** What a plan without an edit comes to. */
    Verdict of(Claim claim, Plan plan) {
        if (plan instanceof Plan.Clash clash) {
            return clash(claim, clash);
        }
        if (plan instanceof Plan.Done done) {
            return Verdict.of(Settlement.completed(claim, done.revision(), Optional.of(done.reason())));
        }
        if (plan instanceof Plan.Refuse refuse) {
            return refused(claim, refuse.reason());
        }
        throw new IllegalArgumentException("plan: must not be an edit");
    }

    private Verdict clash(Claim claim, Plan.Clash clash) {
        SyncOperation operation = claim.operation().operation();
        Optional<OperationResolution> decision;
        try {
            decision = deciding.flatMap(by -> by.policy().decide(operation, clash.server()));
        } catch (RuntimeException e) {
            String reason =
                    clash.reason() + "; the policy failed with " + e.getClass().getName();
            return undecided(claim, clash, reason);
        }
        if (decision.isEmpty()) {
            return undecided(claim, clash, clash.reason());
        }
        try {
            Losers losers = deciding.orElseThrow().losers();
            Settlement settlement = decided(claim, clash, decision.get(), losers);
            return new Verdict(settlement, Optional.of(clash.reason()), decision);
        } catch (MappingException e) {
            return undecided(claim, clash, clash.reason() + "; the source's version can't be read");
        } catch (SyncException e) {
            return failed(claim, e);
        }
    }

    private static Verdict undecided(Claim claim, Plan.Clash clash, String reason) {
        Optional<Revision> server = clash.server().map(Document::revision);
        return new Verdict(Settlement.conflict(claim, server, reason), Optional.of(reason), Optional.empty());
    }

    private static Settlement decided(Claim claim, Plan.Clash clash, OperationResolution decision, Losers losers) {
        SyncOperation operation = claim.operation().operation();
        String reason = decision + ": " + clash.reason();
        return switch (decision) {
            case CLIENT_WINS -> {
                SyncOperation again = losers.clientWins(operation, clash.server(), reason);
                yield Settlement.again(claim, again, reason, Duration.ZERO);
            }
            case SERVER_WINS -> {
                losers.serverWins(operation, clash.server(), Outcome.CHOSEN, reason);
                yield Settlement.completed(claim, Optional.empty(), Optional.of(reason));
            }
            case MANUAL -> {
                losers.serverWins(operation, clash.server(), Outcome.REVIEW, reason);
                yield Settlement.completed(claim, Optional.empty(), Optional.of(reason));
            }
        };
    }
}
