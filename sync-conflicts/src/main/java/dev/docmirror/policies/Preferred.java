package dev.docmirror.policies;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import tools.jackson.core.JsonPointer;

/**
 * One side's versions win. Also where that side alone wrote: with a policy behind this one the order of all versions
 * stays one order then, whichever of them are there.
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
        List<Document> preferred =
                Versions.live(conflict).stream().filter(this::isPreferred).toList();
        return preferred.isEmpty()
                ? new Resolution.Defer()
                : Versions.choose(conflict, preferred, Outcome.CHOSEN, name() + " wins");
    }

    /** What can't be read has no mark of a client. */
    private boolean isPreferred(Document leaf) {
        boolean clients = Fields.isReadable(leaf) && isClients.test(leaf);
        return clients == (side == Side.CLIENT);
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
