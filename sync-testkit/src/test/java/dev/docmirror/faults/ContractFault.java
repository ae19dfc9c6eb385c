package dev.docmirror.faults;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.error.SyncException;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.testkit.Intercepted;

/** Defects that a worker makes up for, or meets too seldom for a random history. The contract test named catches each. */
enum ContractFault implements Supplier<Parts> {
    LEASE_GIVEN_TO_EVERYBODY(
            Contracts.Leases.class,
            "lease_heldByAnother_isRefusedUntilClosed",
            () -> Planting.sink("lease", (called, real, arguments) -> real.with(arguments[0], "one", arguments[2]))),
    /** Whoever had the lease once may commit. */
    LEASE_NOT_FENCED(
            Contracts.Leases.class,
            "commit_leaseTakenByAnother_throwsAndLeavesNothing",
            () -> Planting.sinks(Planting::unfenced)),
    COMMIT_FAILURE_TAKEN_FOR_SUCCESS(
            Contracts.Leases.class,
            "commit_leaseTakenByAnother_throwsAndLeavesNothing",
            () -> Planting.transaction("commit", (called, real, arguments) -> {
                try {
                    return real.with(arguments);
                } catch (SyncException e) {
                    return null;
                }
            })),
    CHECKPOINT_NOT_COMPARED(
            Contracts.Checkpoints.class,
            "save_anotherStoredThanExpected_isAConflict",
            () -> Planting.checkpoints("save", (called, real, arguments) -> {
                try {
                    return real.with(arguments);
                } catch (SyncException e) {
                    return null;
                }
            })),
    POSITION_TRIMMED(
            Contracts.Checkpoints.class,
            "save_anyOpaqueText_isKeptVerbatim",
            () -> Planting.checkpoints("load", (called, real, arguments) -> {
                Optional<?> loaded = (Optional<?>) real.with(arguments);
                return loaded.map(Checkpoint.class::cast)
                        .map(stored -> new Checkpoint(
                                Position.of(stored.position().value().strip().toLowerCase(Locale.ROOT)),
                                stored.source()));
            })),
    RESET_FORGETS_NOTHING(
            Contracts.Checkpoints.class,
            "reset_stored_isForgottenAndTheRowsStay",
            () -> Planting.checkpoints("reset", (called, real, arguments) -> null)),
    ROLLBACK_COMMITS(
            Contracts.Transactions.class,
            "close_withoutCommit_leavesNothing",
            () -> Planting.transactions(transaction ->
                    Intercepted.at("close", MirrorTransaction.class, transaction, (called, real, arguments) -> {
                        transaction.commit();
                        return null;
                    }))),
    TOLD_BEFORE_THE_COMMIT(
            Contracts.Transactions.class,
            "afterCommit_rollback_neverRuns",
            () -> Planting.transaction("afterCommit", (called, real, arguments) -> {
                ((Runnable) arguments[0]).run();
                return null;
            })),
    REFUSAL_NOT_TOLD(
            Contracts.Refusals.class,
            "apply_secondUniqueKeyTaken_refusesThatDocumentAlone",
            () -> Planting.transaction("apply", (called, real, arguments) -> {
                real.with(arguments);
                return List.of();
            })),
    /** One that is refused takes all that come after it along. */
    POISON_TAKES_THE_REST_ALONG(
            Contracts.Refusals.class,
            "apply_aFewPoisonousAmongMany_writesAllOthers",
            () -> Planting.transaction("apply", Planting::upToTheFirstRefusal)),
    DEAD_LETTER_OUTLIVES_ITS_CAUSE(
            Contracts.DeadLetters.class,
            "apply_parkedDocumentWritten_removesTheEntry",
            () -> Planting.sinks(Planting::parkingAgain)),
    SOURCE_NEVER_ANOTHER(
            Contracts.Source.class,
            "identity_databaseMadeAnew_differs",
            () -> Planting.source(
                    "identity", (called, real, arguments) -> new SourceIdentity("server", "database", "always")));

    private final Class<?> contract;
    private final String test;

    @SuppressWarnings("ImmutableEnumChecker") // makes new parts each time
    private final Supplier<Parts> parts;

    ContractFault(Class<?> contract, String test, Supplier<Parts> parts) {
        this.contract = contract;
        this.test = test;
        this.parts = parts;
    }

    Class<?> contract() {
        return contract;
    }

    /** The test of the contract that states it. */
    String test() {
        return test;
    }

    /** New parts with the defect in them. */
    @Override
    public Parts get() {
        return parts.get();
    }
}
