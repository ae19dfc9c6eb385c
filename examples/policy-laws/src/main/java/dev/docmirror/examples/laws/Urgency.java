package dev.docmirror.examples.laws;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;

/** How urgent a triage form is. */
final class Urgency {
    private Urgency() {}

    /** A number, higher is more urgent; the lowest for a form that does not say, or is deleted. */
    static int of(Document form) {
        try {
            return form.deleted() ? -1 : form.body().path("urgency").asInt(0);
        } catch (MappingException e) {
            return -1; // a form that can't be read is not urgent
        }
    }
}
