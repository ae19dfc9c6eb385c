package dev.docmirror.policies;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.Resolution;

/** Orders of versions of one document, the winner last, and choices by them. */
final class Versions {
    /**
     * The greater revision, then the greater body; equal only for the same version. CouchDB's order alone takes a hash
     * in capitals for the same hash in small letters.
     */
    static final Comparator<Document> BY_REVISION_AND_BODY = Comparator.comparing(Document::revision)
            .thenComparing(leaf -> leaf.revision().hash())
            .thenComparing((a, b) -> Arrays.compareUnsigned(
                    a.contentHash().bytes(), b.contentHash().bytes()));

    /** CouchDB's order, made total. */
    static final Comparator<Document> COUCHDB =
            DocumentChange.COUCHDB_ORDER.reversed().thenComparing(BY_REVISION_AND_BODY);

    private Versions() {}

    static Document greatest(Collection<Document> versions) {
        return Collections.max(versions, COUCHDB);
    }

    /** The leaves that are no tombstones, each once, however often it was given; the greatest first. */
    static List<Document> live(Conflict conflict) {
        List<Document> live = conflict.leaves().stream()
                .filter(leaf -> !leaf.deleted())
                .sorted(COUCHDB.reversed())
                .toList();
        return withoutRepetitions(live);
    }

    private static List<Document> withoutRepetitions(List<Document> sorted) {
        return IntStream.range(0, sorted.size())
                .filter(i -> i == 0 || COUCHDB.compare(sorted.get(i - 1), sorted.get(i)) != 0)
                .mapToObj(sorted::get)
                .toList();
    }

    /** The greatest of the candidates wins. Where nothing loses, there is no rejection either. */
    static Resolution.Choose choose(Conflict conflict, Collection<Document> candidates, Outcome losers, String reason) {
        Document winner = greatest(candidates);
        boolean alone = conflict.leaves().stream().allMatch(leaf -> COUCHDB.compare(leaf, winner) == 0);
        return new Resolution.Choose(winner, alone ? Outcome.CHOSEN : losers, reason);
    }
}
