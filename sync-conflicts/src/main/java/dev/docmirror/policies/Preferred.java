package dev.docmirror.policies;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import tools.jackson.core.JsonPointer;

/**
 * Where a client and the server both wrote, one side wins.
 *
 * @param isClients tells the client's versions, asked for readable ones only
 */
record Preferred(Side side, Predicate<Document> isClients) implements ConflictPolicy {

    /** Who wrote a version. */
    enum Side {
        CLIENT,
        SERVER
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        // Who wrote what can't be read is not known either: it counts for neither side.
        Map<Boolean, List<Document>> byClient = Versions.live(conflict).stream()
                .filter(Fields::isReadable)
                .collect(Collectors.partitioningBy(isClients));
        List<Document> preferred = byClient.getOrDefault(side == Side.CLIENT, List.of());
        return byClient.values().stream().anyMatch(List::isEmpty)
                ? new Resolution.Defer()
                : Versions.choose(conflict, preferred, Outcome.CHOSEN, name() + " wins");
    }

    private String name() {
        return side.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name() + "Wins(" + isClients + ")";
    }

    /** The client's versions are those with a value in a field. */
    record Given(JsonPointer pointer) implements Predicate<Document> {
        @Override
        public boolean test(Document document) {
            return Fields.isGiven(Fields.at(document, pointer));
        }

        @Override
        public String toString() {
            return pointer.toString();
        }
    }
}
