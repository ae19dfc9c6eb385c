package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a real server does with edits beyond the contract. */
class CouchDbTargetFactsIT {
    private static final DocumentId NOTE = DocumentId.of("note");

    private Database database;

    @BeforeEach
    void open() {
        database = new Database(Servers.shared());
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void write_validationFunctionRefuses_isRefusedAloneWithoutItsText() {
        assumeTrue(Servers.isCouchDb(), "the stand-in runs no validation functions in _bulk_docs");
        for (String refusal : List.of(
                "throw({forbidden: 'canary ' + doc.secret})",
                "throw({unauthorized: 'canary ' + doc.secret})",
                "throw({other: 'canary ' + doc.secret})",
                "throw('canary ' + doc.secret)",
                "null.canary")) {
            validate("if (doc.secret) { " + refusal + " }");
            List<EditOutcome> outcomes = database.target()
                    .write(List.of(
                            create("before", "{\"is\":\"" + refusal.hashCode() + "\"}"),
                            create("bad", "{\"secret\":\"s3cret\"}"),
                            create("after", "{\"is\":\"" + refusal.hashCode() + "\"}")));
            assertThat(outcomes.get(0)).as(refusal).isInstanceOf(EditOutcome.Written.class);
            assertThat(outcomes.get(2)).as(refusal).isInstanceOf(EditOutcome.Written.class);
            assertThat(outcomes.get(1)).as(refusal).isInstanceOf(EditOutcome.Refused.class);
            assertThat(outcomes.get(1).toString()).doesNotContain("canary", "s3cret");
            for (String id : List.of("before", "after")) {
                Document now = database.source()
                        .read(List.of(DocumentId.of(id)))
                        .get(0)
                        .winner();
                database.delete(now.id(), now.revision());
            }
        }
    }

    @Test
    void write_documentTheServerRefusesTheRequestFor_isRefusedAlone() {
        assumeTrue(Servers.isCouchDb(), "the stand-in has no such limits");
        Revision first = database.put(NOTE, "{\"n\":1}");
        String stub = "{\"_attachments\":{\"scan\":{\"stub\":true,\"content_type\":\"text/plain\",\"length\":2,"
                + "\"revpos\":1,\"digest\":\"md5-QTVOnBwGnrw6Tx9YG1ZRyA==\"}}}";
        List<DocumentEdit> edits = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            edits.add(create("good-" + i, "{\"n\":" + i + "}"));
        }
        edits.add(3, new DocumentEdit(NOTE, Optional.of(first), false, Bodies.of(stub)));
        edits.add(7, create("infinite", "{\"n\":1" + "0".repeat(400) + "}"));
        edits.add(11, create("_reserved", "{}"));
        edits.add(15, create("large", "{\"text\":\"" + "x".repeat(8_100_000) + "\"}"));
        edits.add(19, create("surrogate", "{\"text\":\"\\ud800\"}"));
        List<EditOutcome> outcomes = database.target().write(edits);
        assertThat(outcomes).hasSize(25);
        assertThat(outcomes.get(3)).isEqualTo(new EditOutcome.Refused("missing_stub"));
        assertThat(outcomes.get(7)).isInstanceOf(EditOutcome.Refused.class);
        assertThat(outcomes.get(11)).isEqualTo(new EditOutcome.Refused("illegal_docid"));
        assertThat(outcomes.get(15)).isEqualTo(new EditOutcome.Refused("document_too_large"));
        assertThat(outcomes.get(19)).isEqualTo(new EditOutcome.Refused("bad_request"));
        assertThat(outcomes).filteredOn(EditOutcome.Written.class::isInstance).hasSize(20);
    }

    @Test
    void compressRequests_realServer_understandsThem() {
        assumeTrue(Servers.isCouchDb(), "the stand-in may not unpack requests");
        try (CouchDbDocumentTarget target =
                database.targetBuilder().compressRequests().build()) {
            String text = "ü".repeat(100_000);
            EditOutcome outcome = target.write(List.of(create("note", "{\"text\":\"" + text + "\"}")))
                    .get(0);
            assertThat(outcome).isInstanceOf(EditOutcome.Written.class);
            Document now = database.source().read(List.of(NOTE)).get(0).winner();
            assertThat(now.body().path("text").stringValue()).isEqualTo(text);
        }
    }

    @Test
    void compact_bodiesOfEarlierRevisionsGone_areMissingAndTheSameEditConflicts() {
        assumeTrue(Servers.isCouchDb(), "the stand-in does not compact over HTTP");
        Revision first = database.put(NOTE, "{\"n\":1}");
        Revision second = database.put(NOTE, "{\"n\":2}");
        Revision third = database.put(NOTE, "{\"n\":3}");
        Revision other = new Revision(3, "f".repeat(32));
        database.fork(NOTE, other, Optional.of(second), false, "{\"n\":4}");
        DocumentEdit again = new DocumentEdit(NOTE, Optional.of(first), false, Bodies.of("{\"n\":2}"));
        assertThat(database.target().write(List.of(again))).containsExactly(new EditOutcome.Written(second));
        assertThat(ancestry().version(second)).isPresent();

        database.compact();
        assertThat(ancestry().commonAncestor(List.of(third, other))).contains(second);
        assertThat(ancestry().versions()).isEmpty();
        assertThat(database.target().write(List.of(again))).containsExactly(new EditOutcome.Conflicting());
    }

    @Test
    void write_thousandsOfEdits_areAnsweredInOrder() {
        List<DocumentEdit> edits = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            edits.add(create("doc-" + (9_000 - i), "{\"n\":" + i + "}"));
        }
        List<EditOutcome> first = database.target().write(edits);
        assertThat(first).hasSize(2_500).allMatch(EditOutcome.Written.class::isInstance);
        assertThat(database.target().write(edits)).isEqualTo(first);
    }

    private Ancestry ancestry() {
        return database.source().ancestry(List.of(NOTE)).get(0);
    }

    private void validate(String statement) {
        String path = "/" + database.name() + "/_design/rules";
        String revision = database.client().send("GET", path, "").text("_rev");
        String old = revision.isEmpty() ? "" : "\"_rev\":\"" + revision + "\",";
        database.client()
                .ok("PUT", path, "{" + old + "\"validate_doc_update\":\"function(doc) { " + statement + " }\"}");
    }

    private static DocumentEdit create(String id, String body) {
        return new DocumentEdit(DocumentId.of(id), Optional.empty(), false, Bodies.of(body));
    }
}
