package dev.docmirror.testkit;

import java.util.List;
import java.util.Optional;

import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import tools.jackson.databind.node.ObjectNode;

/** Writes to an {@link InMemoryDatabase}. */
final class InMemoryTarget implements DocumentTarget {
    private static final String ATTACHMENTS = "_attachments";

    private final InMemoryDatabase database;

    InMemoryTarget(InMemoryDatabase database) {
        this.database = database;
    }

    @Override
    public List<EditOutcome> write(List<DocumentEdit> edits) {
        database.faults().pass(Point.TARGET);
        List<EditOutcome> outcomes = edits.stream().map(this::write).toList();
        database.faults().pass(Point.TARGET_ANSWER);
        return outcomes;
    }

    private EditOutcome write(DocumentEdit edit) {
        Optional<String> refusal = database.refusal(edit);
        if (refusal.isPresent()) {
            return new EditOutcome.Refused(refusal.get());
        }
        String body = fields(edit.body()).toString();
        return database.write(edit.id(), edit.parent(), edit.deleted(), body)
                .<EditOutcome>map(EditOutcome.Written::new)
                .orElseGet(EditOutcome.Conflicting::new);
    }

    private static ObjectNode fields(ObjectNode body) {
        ObjectNode fields = body.objectNode();
        body.forEachEntry((name, value) -> {
            if (!name.startsWith("_") || name.equals(ATTACHMENTS)) {
                fields.set(name, value);
            }
        });
        return fields;
    }

    @Override
    public String toString() {
        return "target of " + database;
    }
}
