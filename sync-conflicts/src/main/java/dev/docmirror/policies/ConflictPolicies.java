package dev.docmirror.policies;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;

/**
 * Makes conflict policies. All are immutable values, equal where their configuration is, thread-safe and pure: the order
 * and the repetition of leaves change nothing, and neither do a clock, the locale or the time zone. None of them throws
 * on valid JSON, also where a version can't be read; a predicate or verifier of the host that throws gets its document
 * parked. They are combined with {@link ConflictPolicy#orElse}, guards first:
 *
 * <pre>{@code
 * immutableOnceSigned("/signatureHash").orElse(lockedOnce("/isLocked")).orElse(lastWriteWins("/updatedAt"))
 * }</pre>
 *
 * <p>What holds for all of them:
 * <ul>
 *   <li>A lone leaf that nothing protects is the winner.
 *   <li>Whatever loses is archived in full.
 *   <li>A version that is not deleted goes before a tombstone, because whoever resolves a conflict in CouchDB leaves
 *       plain tombstones beside the winner, and these must not delete the document. Exceptions say so.
 *   <li>Versions that no rule tells apart stand in CouchDB's order, see {@link #couchDbWinner()}.
 * </ul>
 *
 * <p>JSON Pointers are those of <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</a>, to a field: not empty.
 */
public final class ConflictPolicies {
    private ConflictPolicies() {}

    /**
     * The version with the latest time wins.
     *
     * <p>In each version the pointers are tried in turn, and the first that leads to a readable time gives the
     * version's time. Times are compared as instants in UTC, whatever their form: text of ISO 8601 without an offset is
     * taken as UTC, a number as milliseconds since 1970; {@link dev.docmirror.mapping.Times} has the exact forms.
     * Anything else is unreadable. A time in the future is a time like any other: no clock is asked; but the worker
     * raises {@link dev.docmirror.monitor.SyncEvent.WrittenInFuture}.
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

    /**
     * A signed version never changes. Signed is what is not deleted and has a value at the pointer other than
     * {@code null} and empty text.
     *
     * <p>Once a signed version is mirrored it stays as it is: a later edit, even one that carries the signature along, a
     * deletion, or another body under the same revision is rejected as
     * {@link dev.docmirror.conflict.Resolution.Rejection#REJECTED_IMMUTABLE} and archived. Where a signed version is
     * among the leaves no unsigned one and no tombstone wins against it, whatever the generations say. Of two different
     * signed versions the greater in CouchDB's order wins, never a mix of them; both are kept, and the worker raises
     * {@link dev.docmirror.monitor.SyncEvent.SignedVersionsDiffer}. Without any signed version the policy defers.
     *
     * <p>It takes any value for a signature: whoever can write documents can sign. See the variant with a verifier.
     *
     * @param pointer where a document keeps its signature, for example {@code /signatureHash}
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy immutableOnceSigned(String pointer) {
        return new ImmutableOnceSigned(Fields.pointer("pointer", pointer), Optional.empty());
    }

    /**
     * As {@link #immutableOnceSigned(String)}, but signed is only what the verifier accepts. A mirrored version that was
     * accepted once counts as signed from then on, also if the verifier, say because of a revoked key, refuses it now.
     *
     * @param pointer where a document keeps its signature, for example {@code /signature}
     * @param verifier asked for every document with a signature that is written, so it should be fast
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy immutableOnceSigned(String pointer, SignatureVerifier verifier) {
        return new ImmutableOnceSigned(Fields.pointer("pointer", pointer), Optional.of(verifier));
    }

    /**
     * A locked version stays locked for ever. Locked is what is not deleted and has {@code true} at the pointer.
     *
     * <p>Once a locked version is mirrored, later edits and deletions are rejected as
     * {@link dev.docmirror.conflict.Resolution.Rejection#REJECTED_LOCKED} and archived. Where a locked version is among
     * the leaves, no other wins; of several the greatest in CouchDB's order does. Without any the policy defers.
     *
     * @param pointer where a document says that it is locked, for example {@code /isLocked}
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy lockedOnce(String pointer) {
        return new LockedOnce(Fields.pointer("pointer", pointer), Optional.empty());
    }

    /**
     * As {@link #lockedOnce(String)}, but an authorised unlock is mirrored: a version that is not locked, that the
     * predicate accepts, and that comes from the mirrored locked one by the source's revision tree. A tombstone without
     * fields of its own is never one, and neither is a version whose origin the source no longer knows.
     *
     * <p>An unlock lifts the mirrored lock only. If somebody locked the document on another branch, too, that version is
     * still locked and wins. If an edit of the mirrored version that is still locked stands beside the unlock, nobody
     * can tell which was meant: both are rejected, and archived for a person to decide. A version that was unlocked,
     * edited and locked again between two looks at the source is seen as an edit of the locked one and rejected.
     *
     * @param pointer where a document says that it is locked, for example {@code /isLocked}
     * @param unlockAuthorised whether a version was unlocked by somebody who may; thread-safe and pure
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy lockedOnce(String pointer, Predicate<Document> unlockAuthorised) {
        return new LockedOnce(Fields.pointer("pointer", pointer), Optional.of(unlockAuthorised));
    }

    /**
     * A client's version wins, of several the greatest in CouchDB's order, also if a policy behind this one would order
     * them otherwise; where no client's version is alive, the policy defers. A client's version is one that has a value at the pointer other than {@code null} and empty text; all other ones are the server's, those
     * that can't be read among them. Tombstones count for neither side.
     *
     * @param pointer a field that only clients write, for example {@code /deviceId}
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy clientWins(String pointer) {
        return clientWins(new Preferred.Given(Fields.pointer("pointer", pointer)));
    }

    /**
     * As {@link #clientWins(String)}, but a client's versions are those that a predicate tells.
     *
     * @param isClients whether a client wrote a version; thread-safe and pure, asked about readable versions only
     */
    public static ConflictPolicy clientWins(Predicate<Document> isClients) {
        return new Preferred(Preferred.Side.CLIENT, isClients);
    }

    /**
     * As {@link #clientWins(String)}, but the server's version wins.
     *
     * @param pointer a field that only clients write, for example {@code /deviceId}
     * @throws IllegalArgumentException if that is not a JSON Pointer to a field
     */
    public static ConflictPolicy serverWins(String pointer) {
        return serverWins(new Preferred.Given(Fields.pointer("pointer", pointer)));
    }

    /**
     * As {@link #clientWins(Predicate)}, but the server's version wins.
     *
     * @param isClients whether a client wrote a version; thread-safe and pure, asked about readable versions only
     */
    public static ConflictPolicy serverWins(Predicate<Document> isClients) {
        return new Preferred(Preferred.Side.SERVER, isClients);
    }

    /**
     * A person decides wherever more than one version is not deleted: what is mirrored stays, and the others wait in the
     * archive. With one such version or none the set counts as decided, and CouchDB's winner wins: so it looks once
     * somebody resolved the conflict in CouchDB.
     */
    public static ConflictPolicy manualReview() {
        return new ManualReview();
    }

    /**
     * Merges all versions that are not deleted field by field, against the newest version they all come from:
     * <ul>
     *   <li>edits of different fields all survive, equal edits are one, and an edit wins against none;
     *   <li>objects are merged field by field, arrays are one field, see {@link FieldMerge#withArray};
     *   <li>a field that some version removed and none edited is removed; a removal against an edit loses;
     *   <li>a field that was edited in different ways comes from the version that the contested policy chooses of
     *       those that are not deleted; should that one not have edited it, from the one that it chooses of those that
     *       did. Where the policy wants a review, a rejection, or defers, that resolves the whole conflict.
     * </ul>
     * Every value in the merged document stands in one of the versions. It is written with the fields in the order of
     * CouchDB's winner, then those of the other versions in CouchDB's order: two workers that merge the same leaves
     * write the same bytes. If it says the same as one of the versions, that one is chosen instead.
     *
     * <p>The contested policy decides alone between the versions that are not deleted where nothing can be merged: the common version or its body is no longer
     * known (CouchDB forgets bodies when it compacts), a version can't be read, a version other than CouchDB's winner
     * has other attachments than the common one, one revision came with two bodies, or the contested policy protects a
     * version. Guards still belong in front: {@code immutableOnceSigned(…).orElse(fieldMerge(…))}.
     *
     * <p>A document that was deleted on one branch and edited on another lives, see {@link FieldMerge#withDelete}.
     *
     * @param contested decides what can't be merged, for example {@link #lastWriteWins}
     */
    public static FieldMerge fieldMerge(ConflictPolicy contested) {
        return new FieldMerge(contested, Map.of(), FieldMerge.DeleteRule.EDIT_WINS);
    }

    /** As {@link #byType(String, Map)} with the type at {@code /type}. */
    public static ConflictPolicy byType(Map<String, ConflictPolicy> policies) {
        return byType("/type", policies);
    }

    /**
     * Each type of document has its policy. For types that are not in the map, and where the versions are of several
     * types, it defers, unless a policy protects a version of its own type: a signed note that somebody rewrites as a
     * draft is still decided by the policy for notes. Such policies are asked first, for signed versions before locked
     * ones, and of these for the mirrored version before leaves, which follow in CouchDB's order. To such a policy, a
     * leaf of another type is one that can't be read: its signature or lock is none.
     *
     * <p>The type of a set of leaves is that of its versions that are not deleted; one that does not tell its type is of
     * none. Where all are deleted it is the type under which the document is mirrored, and without that the
     * tombstones'.
     *
     * @param typePointer where a document keeps its type
     * @throws IllegalArgumentException if the map is empty, or a policy in it is for other types only
     */
    public static ConflictPolicy byType(String typePointer, Map<String, ConflictPolicy> policies) {
        return new ByType(Types.at(typePointer), policies);
    }

    /** As {@link #forTypes(String, ConflictPolicy, String...)} with the type at {@code /type}. */
    public static ConflictPolicy forTypes(ConflictPolicy policy, String... types) {
        return forTypes("/type", policy, types);
    }

    /**
     * A policy for some types of documents only; for others it defers. It decides where all versions are of these types,
     * see {@link #byType(String, Map)}, and also in mixed sets where it protects a version of these types, or one of
     * these types is mirrored and protected.
     *
     * @param typePointer where a document keeps its type
     * @param types at least one, each once
     * @throws IllegalArgumentException if there is no type or one twice, or the policy is for other types only
     */
    public static ConflictPolicy forTypes(String typePointer, ConflictPolicy policy, String... types) {
        return new ForTypes(Types.at(typePointer), policy, List.of(types));
    }
}
