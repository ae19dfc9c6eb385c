package dev.docmirror.testkit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Arbitraries of competing versions, and of what makes their conflicts hard: ties, tombstones, clocks, signatures and
 * locks. All shrink. Bodies are JSON objects as text, without {@code _id} and {@code _rev}; text that is none is taken
 * as a broken document.
 *
 * <pre>{@code
 * @Provide
 * Arbitrary<LeafSet> notes() {
 *     Arbitrary<String> drafts = LeafSets.clocks("/updatedAt");
 *     return LeafSets.of(LeafSets.signed("/signatureHash", drafts));
 * }
 *
 * @Property
 * void signedNote_anyCompetitor_stays(@ForAll("notes") LeafSet notes) { … }
 * }</pre>
 */
public final class LeafSets {
    /** The document that all leaves are versions of. */
    public static final DocumentId ID = DocumentId.of("record");

    private static final int USUAL_SIZE = 5;
    private static final List<Long> GENERATIONS = List.of(1L, 2L, 9L, 10L, 11L, 100L);
    private static final List<String> HASHES = List.of(
            "0".repeat(31) + "1",
            "f".repeat(32),
            "a".repeat(32),
            "A".repeat(32),
            "B".repeat(32),
            "9",
            "10",
            "0a",
            "ff");

    private LeafSets() {}

    /** Revisions of which some generations and hashes differ as numbers and bytes from what they are as text. */
    public static Arbitrary<Revision> revisions() {
        return Combinators.combine(Arbitraries.of(GENERATIONS), Arbitraries.of(HASHES))
                .as(Revision::new);
    }

    /** One to five leaves, see {@link #of(Arbitrary, int)}. */
    public static Arbitrary<LeafSet> of(Arbitrary<String> bodies) {
        return of(bodies, USUAL_SIZE);
    }

    /**
     * Sets of leaves in any order, some twice. Three in four are forced into ties: all of one generation, all of one
     * body and so of one time, or both. One leaf in three is a tombstone, half of them plain.
     */
    public static Arbitrary<LeafSet> of(Arbitrary<String> bodies, int maxLeaves) {
        Arbitrary<List<Draft>> drafts = draft(bodies).list().ofMinSize(1).ofMaxSize(maxLeaves);
        return Combinators.combine(Arbitraries.of(Tie.class), Arbitraries.of(GENERATIONS), bodies, drafts)
                .as((tie, generation, body, list) -> new LeafSet(list.stream()
                        .map(draft -> tie.bind(draft, generation, body).leaf())
                        .toList()));
    }

    /** Single leaves, tombstones among them. */
    public static Arbitrary<Document> leaves(Arbitrary<String> bodies) {
        return draft(bodies).map(Draft::leaf);
    }

    /** Deleted leaves: plain ones, as CouchDB's DELETE leaves them, and ones with a body. */
    public static Arbitrary<Document> tombstones(Arbitrary<String> bodies) {
        return Combinators.combine(revisions(), bodies, Arbitraries.of(true, false))
                .as((revision, body, plain) -> leaf(revision, true, plain ? "{}" : body));
    }

    /** Bodies with a time at each of these pointers: missing, unreadable, far in the future, or one of many forms. */
    public static Arbitrary<String> clocks(String... pointers) {
        Arbitrary<String> bodies = Arbitraries.of("{}", "{\"text\":\"\"}");
        for (String pointer : pointers) {
            bodies = with(pointer, times(), bodies);
        }
        return bodies;
    }

    /**
     * What may stand where a time is expected, as JSON; empty text for a missing field. Instants are few and each comes
     * in several {@linkplain #forms forms}, so that equal times meet often.
     */
    public static Arbitrary<String> times() {
        List<String> odd = List.of("", "null", "\"soon\"", "\"\"", "true", "{}", "[1]", "1e400", "\"2026-02-30\"");
        List<String> readable = Stream.of("2026-02-14T10:30:00Z", "2026-02-14T10:30:00.001Z", "9999-01-01T00:00:00Z")
                .flatMap(instant -> forms(Instant.parse(instant)).stream())
                .toList();
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(readable)),
                Tuple.of(1, Arbitraries.of(odd)),
                Tuple.of(1, Arbitraries.of("\"2026-02-14\"", "\"2026-02-14T10:30:00\"", "\"2026-02-14T00:00:00Z\"")));
    }

    /** One instant as JSON in several forms: text with different offsets, and epoch milliseconds. */
    public static List<String> forms(Instant instant) {
        List<String> forms = new ArrayList<>();
        forms.add(Long.toString(instant.toEpochMilli()));
        for (int hours : new int[] {0, 2, -5, 14}) {
            forms.add('"' + instant.atOffset(ZoneOffset.ofHours(hours)).toString() + '"');
        }
        return forms;
    }

    /** Bodies of which about half carry a signature at a pointer: one of two, or an empty one. */
    public static Arbitrary<String> signed(String pointer, Arbitrary<String> bodies) {
        return with(pointer, Arbitraries.of("", "", "\"\"", "null", "\"5f1c\"", "\"5f1c\"", "\"a07e\""), bodies);
    }

    /** Bodies of which about half are locked at a pointer, some by a value that is no boolean. */
    public static Arbitrary<String> locked(String pointer, Arbitrary<String> bodies) {
        return with(pointer, Arbitraries.of("", "false", "true", "true", "\"true\"", "1"), bodies);
    }

    /** Bodies with one of these JSON values at a pointer; where the value is empty text, they stay as they are. */
    public static Arbitrary<String> with(String pointer, Arbitrary<String> values, Arbitrary<String> bodies) {
        return Combinators.combine(bodies, values).as((body, value) -> Bodies.with(body, pointer, value));
    }

    /** Trees of revisions with these bodies, see {@link RevisionHistory}. */
    public static Arbitrary<RevisionHistory> trees(Arbitrary<String> bodies, int maxRevisions) {
        return Combinators.combine(Arbitraries.integers().between(-1, maxRevisions), draft(bodies))
                .as((parent, draft) -> new RevisionHistory.Edit(parent, draft.deleted, draft.body))
                .list()
                .ofMinSize(1)
                .ofMaxSize(maxRevisions)
                .map(RevisionHistory::new);
    }

    /**
     * Hands out every set of one to {@code maxLeaves} leaves over an alphabet.
     *
     * @return how many sets there were
     */
    public static long exhaustive(int maxLeaves, List<Document> alphabet, Consumer<LeafSet> each) {
        return exhaustive(maxLeaves, alphabet, 0, List.of(), each);
    }

    private static long exhaustive(
            int maxLeaves, List<Document> alphabet, int from, List<Document> set, Consumer<LeafSet> each) {
        long sets = 0;
        for (int i = from; i < alphabet.size() && set.size() < maxLeaves; i++) {
            List<Document> larger = new ArrayList<>(set);
            larger.add(alphabet.get(i));
            each.accept(new LeafSet(larger));
            sets += 1 + exhaustive(maxLeaves, alphabet, i + 1, larger, each);
        }
        return sets;
    }

    /** A small alphabet: three revisions that are hard to tell apart, deleted or not, with each of these bodies. */
    public static List<Document> alphabet(List<String> bodies) {
        List<Document> letters = new ArrayList<>();
        for (Revision revision : List.of(
                new Revision(9, "f".repeat(32)), new Revision(10, "a".repeat(32)), new Revision(10, "B".repeat(32)))) {
            for (String body : bodies) {
                letters.add(leaf(revision, false, body));
                letters.add(leaf(revision, true, body));
            }
        }
        return letters;
    }

    /** A leaf of {@link #ID} with a body without {@code _id} and {@code _rev}; text that is no object is kept as it is. */
    public static Document leaf(Revision revision, boolean deleted, String body) {
        String fields = body.strip();
        boolean object = fields.startsWith("{") && fields.endsWith("}");
        return Documents.version(ID, revision, deleted, object ? JsonBody.whole(ID, revision, deleted, fields) : body);
    }

    private static Arbitrary<Draft> draft(Arbitrary<String> bodies) {
        return Combinators.combine(revisions(), Arbitraries.of(0, 0, 0, 0, 1, 2), bodies)
                .as((revision, death, body) -> new Draft(revision, death > 0, death == 2 ? "{}" : body));
    }

    private record Draft(Revision revision, boolean deleted, String body) {
        Document leaf() {
            return LeafSets.leaf(revision, deleted, body);
        }
    }

    private enum Tie {
        FREE,
        GENERATION,
        TIME,
        BOTH;

        Draft bind(Draft draft, long generation, String body) {
            boolean ofGeneration = this == GENERATION || this == BOTH;
            boolean ofTime = this == TIME || this == BOTH;
            Revision revision = ofGeneration ? new Revision(generation, draft.revision.hash()) : draft.revision;
            return new Draft(revision, draft.deleted, ofTime ? body : draft.body);
        }
    }
}
