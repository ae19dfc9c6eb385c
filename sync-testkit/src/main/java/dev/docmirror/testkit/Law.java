package dev.docmirror.testkit;

import java.util.function.Supplier;

/** The laws of conflict policies, each with what goes wrong for patients' records where it is broken. */
enum Law {
    L1(
            "purity",
            "something other than the versions decides, so that one record differs from host to host and day to day"),
    L2("permutation", "the order of the versions decides, so that two mirrors of one record show different versions"),
    L3("duplicates", "a version that is delivered twice decides otherwise, so that a mere replay changes a record"),
    L4("order", "the choice is not the greatest of the versions, so that a better version of a record can lose"),
    L5(
            "association",
            "deciding in parts decides otherwise, so that a record depends on how its versions were grouped on the way"),
    L6(
            "incremental = batch",
            "when versions arrived decides, so that a crash or a late phone changes a record for good"),
    L7(
            "singleton",
            "a version that nothing competes with is not simply kept, so that a record changes without a conflict"),
    L8("CouchDB's order", "the tie-break is not CouchDB's, so that the mirror and the database show different records"),
    L9("ties", "a tie is not decided by the revision, so that it is left to chance which record is shown"),
    L10("time", "times are not compared as instants, so that the zone or form of a clock decides about a record"),
    L11("signed", "a signed version gives way to another one, so that a signed note is changed after the fact"),
    L12("locked", "a locked version gives way to another one, so that a closed intake is changed after the fact"),
    L13("archive", "a losing version is not in the archive exactly once, so that what a clinician wrote is gone"),
    L14("nothing invented", "the merged record says what nobody wrote"),
    L15("nothing lost", "a value is neither in the result nor in the archive, so that what a clinician wrote is gone"),
    L16("field merge", "an edit that nothing contradicts is missing, so that a record lacks what somebody entered"),
    L17("write-back", "two hosts write different decisions, so that each heals the other's record for ever"),
    L18("composition", "a guard speaks where it has nothing to guard, so that drafts follow the rules of signed notes"),
    L19("review", "a conflict that waits for a person is decided or forgotten, so that nobody looks at the record"),
    L20("totality", "the policy fails on valid JSON, so that the record is parked and no longer mirrored");

    private final String words;
    private final String consequence;

    Law(String words, String consequence) {
        this.words = words;
        this.consequence = consequence;
    }

    /** Fails unless it holds. */
    void holds(boolean condition, LeafSet leaves, String detail) {
        holds(condition, leaves, () -> detail);
    }

    /** Fails unless it holds; only then the detail is put in words. */
    void holds(boolean condition, LeafSet leaves, Supplier<String> detail) {
        if (!condition) {
            throw broken(leaves, detail.get());
        }
    }

    AssertionError broken(LeafSet leaves, String detail) {
        return new AssertionError(this + " is broken: " + consequence + ". Here " + detail + ". LeafSet.of(\"\"\"\n"
                + leaves + "\"\"\")");
    }

    @Override
    public String toString() {
        return name() + " (" + words + ")";
    }
}
