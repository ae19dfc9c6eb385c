package dev.docmirror.policies;

import dev.docmirror.conflict.ConflictPolicy;

/**
 * Makes conflict policies. All are immutable, thread-safe and pure, never throw, and can be combined with
 * {@link ConflictPolicy#orElse}.
 */
public final class ConflictPolicies {
    private ConflictPolicies() {}

    /**
     * The version with the latest time wins.
     *
     * <p>In each version the pointers are tried in turn, and the first that leads to a readable time gives the
     * version's time. Times are compared as instants in UTC, whatever their form:
     * <ul>
     *   <li>text in the extended format of ISO 8601, such as {@code 2026-02-14T10:30:00.123Z}: a date, {@code T} (or a
     *       space), hours and minutes, if need be seconds with up to nine digits of a fraction, then {@code Z} or an
     *       offset ({@code +02:00}, {@code +0200}, {@code +02}). Text without an offset is taken as UTC, never as the
     *       time zone of the machine; a date alone is its first moment in UTC;
     *   <li>a number that is an integer of at most 64 bits ({@code 1739529000000}, {@code 1739529000000.0}):
     *       milliseconds since 1970. Seconds are not guessed.
     * </ul>
     * Anything else is unreadable. A time in the future is a time like any other: no clock is asked.
     *
     * <p>A version without a readable time loses to any that has one. Versions of equal time, and those without one,
     * stand in CouchDB's order, see {@link #couchDbWinner()}. Only among edits without a time, and among tombstones
     * without one, a version whose JSON can't be read loses to the others, whatever its revision.
     *
     * <p>A deletion is a version like any other. CouchDB's plain tombstone has no fields and so no time: it loses to
     * each edit, timed or not, and deletes the document only once no edit stands beside it. A tombstone that carries a
     * time wins against edits of an earlier time or of none, and loses to one of the same time.
     *
     * @param jsonPointers where a document keeps its time, best first, for example {@code /updatedAt}; at least one
     * @throws IllegalArgumentException if there is none, or one is not a JSON Pointer to a field
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901: JSON Pointer</a>
     */
    public static ConflictPolicy lastWriteWins(String... jsonPointers) {
        return LastWriteWins.by(jsonPointers);
    }

    /**
     * CouchDB's own winner wins: a version that is not deleted before one that is, then the higher generation as a
     * number, then the greater revision hash by its bytes. Bodies are not looked at, unless one revision came with two:
     * then the greater hash of the body decides, so that the result does not depend on the order.
     *
     * @see <a href="https://docs.couchdb.org/en/stable/replication/conflicts.html">CouchDB: replication and
     *     conflicts</a>
     */
    public static ConflictPolicy couchDbWinner() {
        return new CouchDbWinner();
    }
}
