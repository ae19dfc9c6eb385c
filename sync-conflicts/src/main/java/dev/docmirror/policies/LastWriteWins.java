package dev.docmirror.policies;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.Times;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.ObjectNode;

/** The greatest version by time; the rules are in {@link ConflictPolicies#lastWriteWins}. */
record LastWriteWins(List<JsonPointer> pointers) implements ConflictPolicy {
    /**
     * The winner last. The first difference that decides: has a time, the later time, is not deleted, can be read,
     * revision, body. A lexicographic order over total orders is total, whatever the versions.
     */
    private static final Comparator<Timed> ORDER = Comparator.comparing(Timed::time, LastWriteWins::compareTimes)
            .thenComparing(timed -> !timed.leaf().deleted())
            .thenComparing(Timed::readable)
            .thenComparing(Timed::leaf, Versions.BY_REVISION_AND_BODY);

    LastWriteWins {
        pointers = List.copyOf(pointers);
    }

    static LastWriteWins by(String... jsonPointers) {
        if (jsonPointers.length == 0) {
            throw new IllegalArgumentException("jsonPointers: must be at least one, such as /updatedAt");
        }
        List<JsonPointer> pointers = new ArrayList<>();
        for (int i = 0; i < jsonPointers.length; i++) {
            pointers.add(Fields.pointer("jsonPointers[" + i + "]", jsonPointers[i]));
        }
        return new LastWriteWins(pointers);
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        List<Timed> versions = new ArrayList<>();
        for (Document leaf : conflict.leaves()) {
            versions.add(timed(leaf));
        }
        Timed winner = Collections.max(versions, ORDER);
        return new Resolution.Choose(winner.leaf(), reason(winner, versions));
    }

    @Override
    public Optional<Instant> writtenAt(Document document) {
        return timed(document).time();
    }

    @Override
    public boolean decidesAlways() {
        return true;
    }

    private Timed timed(Document leaf) {
        ObjectNode body;
        try {
            body = leaf.body();
        } catch (MappingException e) {
            // A version that can't be read competes by its revision alone; why it can't, the dead letters tell.
            return new Timed(leaf, false, Optional.empty(), Optional.empty());
        }
        for (JsonPointer pointer : pointers) {
            Optional<Instant> time = Times.read(body.at(pointer));
            if (time.isPresent()) {
                return new Timed(leaf, true, time, Optional.of(pointer));
            }
        }
        return new Timed(leaf, true, Optional.empty(), Optional.empty());
    }

    private String reason(Timed winner, List<Timed> versions) {
        if (winner.time().isEmpty()) {
            return "last write wins: no readable time at " + names() + ", CouchDB's order";
        }
        boolean tie = versions.stream()
                .anyMatch(other -> other.time().equals(winner.time()) && ORDER.compare(other, winner) != 0);
        String field = winner.pointer().map(JsonPointer::toString).orElseThrow();
        return "last write wins by " + field + (tie ? ": equal times, CouchDB's order" : "");
    }

    private static int compareTimes(Optional<Instant> a, Optional<Instant> b) {
        if (a.isPresent() && b.isPresent()) {
            return a.get().compareTo(b.get());
        }
        return Boolean.compare(a.isPresent(), b.isPresent());
    }

    private String names() {
        return String.join(", ", pointers.stream().map(JsonPointer::toString).toList());
    }

    @Override
    public String toString() {
        return "lastWriteWins(" + names() + ")";
    }

    /**
     * A version and when it was written.
     *
     * @param readable whether its JSON could be parsed
     * @param pointer where the time was found
     */
    private record Timed(Document leaf, boolean readable, Optional<Instant> time, Optional<JsonPointer> pointer) {}
}
