package dev.docmirror.testkit;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import dev.docmirror.mirror.MirrorSink;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What a user tells about a policy, and how the laws ask it. */
abstract class PolicyUnderTest {
    /** Stands in values of the default bodies; no reason may repeat it. */
    protected static final String CANARY = "canary-7f3a";

    private static final ConflictContext CONTEXT = new ConflictContext(StreamId.of("laws"));
    private static final int ALPHABET = 5;

    /** CouchDB's order made total, the winner last: what the worker does where no policy decides. */
    static final Comparator<Document> COUCHDB = DocumentChange.COUCHDB_ORDER
            .reversed()
            .thenComparing(leaf -> leaf.revision().hash())
            .thenComparing((a, b) -> Arrays.compareUnsigned(
                    a.contentHash().bytes(), b.contentHash().bytes()));

    /** What kind of policy it is: decides which laws hold beside those that hold for all. */
    public enum Kind {
        /** Each law is tested where an answer of the policy says that it applies. */
        ANY,
        /** Always chooses one of the leaves, or defers. */
        SELECTING,
        /** Speaks only where a leaf or the mirrored version is protected, and defers otherwise. */
        GUARD,
        /** Merges where it can, and has to see all leaves for that: the laws of choosing in parts do not apply. */
        MERGING,
        /** Chooses, but has to see all leaves, as one that asks for their common type: as for merging. */
        COLLECTIVE
    }

    private @Nullable ConflictPolicy asked;

    /** The policy under test; an equal one each time. */
    protected abstract ConflictPolicy policy();

    /** One policy for all tries of a law: making one may be slow. */
    final ConflictPolicy asked() {
        ConflictPolicy known = asked;
        if (known == null) {
            known = policy();
            asked = known;
        }
        return known;
    }

    /** What kind of policy it is. Default: {@link Kind#ANY}, so that its answers tell. */
    protected Kind kind() {
        return Kind.ANY;
    }

    /** The JSON Pointers by which the policy finds times; without any, the law about times has nothing to test. */
    protected List<String> timePointers() {
        return List.of();
    }

    /**
     * Bodies of leaves: JSON objects as text, or text that is none. Give such as have the fields your policy reads, from
     * a small set, so that equal ones meet often; {@link LeafSets} has the hard cases. Default: clocks at
     * {@link #timePointers()} and a few fields.
     */
    protected Arbitrary<String> bodies() {
        Arbitrary<String> plain = Arbitraries.of(
                "{}", "{\"secret\":\"" + CANARY + "\"}", "{\"secret\":\"" + CANARY + "\",\"n\":1}", "{\"n\":2}");
        for (String pointer : timePointers()) {
            plain = LeafSets.with(pointer, LeafSets.times(), plain);
        }
        return plain;
    }

    /** Bodies for the laws that try every set of up to four leaves: at most five are used. Default: some of the others. */
    protected List<String> alphabet() {
        return bodies().sampleStream().limit(50).distinct().limit(ALPHABET).toList();
    }

    /** What stands between the worker and the mirror; override to test a sink of your own that wraps another one. */
    protected MirrorSink sink(MirrorSink mirror) {
        return mirror;
    }

    /** Whether what it decides about some leaves has to fit what it decides about all. */
    final boolean choosesInParts() {
        return kind() != Kind.MERGING && kind() != Kind.COLLECTIVE;
    }

    @Provide
    protected Arbitrary<LeafSet> leafSets() {
        return LeafSets.of(bodies());
    }

    /** What the policy decides about these leaves when nothing is mirrored. */
    protected final Resolution resolve(LeafSet leaves) {
        return resolve(leaves.conflict());
    }

    /** What the policy decides. A document it can't read is parked by the worker, which is no decision. */
    protected final Resolution resolve(Conflict conflict) {
        return resolve(asked(), conflict);
    }

    static Resolution resolve(ConflictPolicy policy, Conflict conflict) {
        try {
            return policy.resolve(conflict, CONTEXT);
        } catch (MappingException e) {
            if (conflict.leaves().stream().allMatch(PolicyUnderTest::isReadable)) {
                throw Law.L20.broken(new LeafSet(conflict.leaves()), policy + " says that it can't read them");
            }
            return new Resolution.Review("a version can't be read");
        } catch (RuntimeException e) {
            AssertionError broken = Law.L20.broken(
                    new LeafSet(conflict.leaves()),
                    policy + " threw " + e.getClass().getName());
            broken.initCause(e);
            throw broken;
        }
    }

    /** The leaf that is mirrored in the end, if the policy chose one or left it to CouchDB's order. */
    final Optional<Document> winner(LeafSet leaves) {
        return winner(leaves, resolve(leaves));
    }

    static Optional<Document> winner(LeafSet leaves, Resolution resolution) {
        if (resolution instanceof Resolution.Choose choose) {
            return Optional.of(choose.winner());
        }
        return resolution instanceof Resolution.Defer ? leaves.leaves().stream().max(COUCHDB) : Optional.empty();
    }

    final boolean isProtected(Document leaf) {
        return !leaf.deleted() && protection(leaf) != Protection.NONE;
    }

    final Protection protection(Document leaf) {
        try {
            return asked().protection(leaf);
        } catch (MappingException e) {
            return Protection.NONE; // it is parked
        }
    }

    final Optional<Instant> writtenAt(Document leaf) {
        try {
            return asked().writtenAt(leaf);
        } catch (MappingException e) {
            return Optional.empty(); // it is parked
        }
    }

    static boolean isReadable(Document leaf) {
        try {
            return leaf.body() != null;
        } catch (MappingException e) {
            return false; // that is the answer
        }
    }

    /** Whether two leaves are one version: revision, deletion mark and body. */
    protected static boolean sameVersion(Document a, Document b) {
        return a.revision().equals(b.revision())
                && a.deleted() == b.deleted()
                && a.contentHash().equals(b.contentHash());
    }

    /** Whether two answers are one decision, to the byte of a merged body and with the same reason. */
    static boolean sameDecision(Resolution a, Resolution b) {
        if (a instanceof Resolution.Choose one && b instanceof Resolution.Choose other) {
            return sameVersion(one.winner(), other.winner())
                    && one.losers() == other.losers()
                    && one.reason().equals(other.reason());
        }
        if (a instanceof Resolution.Merge one && b instanceof Resolution.Merge other) {
            return one.merged().toString().equals(other.merged().toString())
                    && one.reason().equals(other.reason());
        }
        return a.equals(b);
    }

    /** A resolution in words, with revisions. */
    static String told(Resolution resolution) {
        if (resolution instanceof Resolution.Choose choose) {
            return "chose " + choose.winner().revision() + " (" + choose.reason() + ")";
        }
        return resolution instanceof Resolution.Merge merge ? "merged to " + merge.merged() : resolution.toString();
    }
}
