package dev.docmirror.examples.laws;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** The most urgent form wins. Wrong: of equally urgent ones it takes the last it meets. */
public record FirstTry() implements ConflictPolicy {
    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        List<Document> forms = conflict.leaves();
        Document winner = forms.get(0);
        for (Document form : forms) {
            if (Urgency.of(form) >= Urgency.of(winner)) {
                winner = form;
            }
        }
        return new Resolution.Choose(winner, "the most urgent");
    }
}
