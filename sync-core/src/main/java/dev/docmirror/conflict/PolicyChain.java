package dev.docmirror.conflict;

import dev.docmirror.change.Document;

/** Two policies of which the first has the first word. */
record PolicyChain(ConflictPolicy first, ConflictPolicy second) implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        Resolution resolution = first.resolve(conflict, context);
        return resolution instanceof Resolution.Defer ? second.resolve(conflict, context) : resolution;
    }

    @Override
    public Protection protection(Document document) {
        Protection protection = first.protection(document);
        return protection == Protection.NONE ? second.protection(document) : protection;
    }
}
