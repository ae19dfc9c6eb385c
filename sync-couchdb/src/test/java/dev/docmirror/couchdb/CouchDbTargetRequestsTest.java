package dev.docmirror.couchdb;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.docs;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.edit;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.edits;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.many;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.scripted;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.target;
import static dev.docmirror.couchdb.CouchDbDocumentTargetTest.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How edits are spread over requests, and how these are compressed. */
@Timeout(60)
class CouchDbTargetRequestsTest {

    @ParameterizedTest
    @ValueSource(ints = {400, 412, 413})
    void write_onePoisonDocument_isRefusedAlone(int status) throws Exception {
        String word = status == 412 ? "missing_stub" : status == 413 ? "document_too_large" : "bad_request";
        try (ScriptedServer server = scripted(call -> {
                    if (call.body.contains("\"doc-77\"")) {
                        call.json(status, "{\"error\":\"" + word + "\",\"reason\":\"canary\"}");
                    } else {
                        written(call);
                    }
                });
                CouchDbDocumentTarget target = target(server).build()) {
            List<EditOutcome> outcomes = target.write(many(100));
            assertThat(outcomes).hasSize(100);
            assertThat(outcomes.get(77)).isEqualTo(new EditOutcome.Refused(word));
            assertThat(outcomes)
                    .filteredOn(EditOutcome.Written.class::isInstance)
                    .hasSize(99);
        }
    }

    @Test
    void write_tooLargeSayingNothing_isHalvedAndTheSingleOneRefused() throws Exception {
        try (ScriptedServer server = scripted(call -> {
                    if (docs(call).size() > 1 || call.body.contains("\"doc-2\"")) {
                        call.json(413, "<html>");
                    } else {
                        written(call);
                    }
                });
                CouchDbDocumentTarget target = target(server).build()) {
            List<EditOutcome> outcomes = target.write(many(4));
            assertThat(outcomes.get(2)).isEqualTo(new EditOutcome.Refused("answered 413"));
            assertThat(outcomes)
                    .filteredOn(EditOutcome.Written.class::isInstance)
                    .hasSize(3);
            assertThat(server.calls()).hasSize(7);
        }
    }

    @Test
    void maxRequestDocumentsAndBytes_cutRequests() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = scripted(call -> {
                    sizes.add(docs(call).size());
                    written(call);
                });
                CouchDbDocumentTarget byCount =
                        target(server).maxRequestDocuments(40).build();
                CouchDbDocumentTarget byBytes =
                        target(server).maxRequestBytes(30).build()) {
            assertThat(byCount.write(many(100))).hasSize(100);
            assertThat(sizes).containsExactly(40, 40, 20);
            sizes.clear();
            assertThat(byBytes.write(many(3))).hasSize(3); // of 15 bytes each
            assertThat(sizes).containsExactly(2, 1);
            sizes.clear();
            assertThat(byBytes.write(List.of())).isEmpty();
            assertThat(sizes).isEmpty();
        }
    }

    @Test
    void build_limitsBelowOne_areRefused() {
        URI url = URI.create("http://127.0.0.1/db");
        assertThatThrownBy(() ->
                        CouchDbDocumentTarget.builder(url).maxRequestBytes(0).build())
                .hasMessage("maxRequestBytes: must be >= 1, was 0");
        assertThatThrownBy(() -> CouchDbDocumentTarget.builder(url)
                        .maxRequestDocuments(-1)
                        .build())
                .hasMessage("maxRequestDocuments: must be >= 1, was -1");
    }

    @Test
    void compressRequests_serverThatUnderstands_isSentCompressedOnesWhereItIsWorthIt() throws Exception {
        List<String> encodings = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = scripted(call -> {
                    encodings.add(call.header("content-encoding"));
                    if (call.body.contains("poison")) {
                        call.json(400, "{\"error\":\"bad_request\"}");
                    } else {
                        written(call);
                    }
                });
                CouchDbDocumentTarget target = target(server).compressRequests().build()) {
            target.write(edits("small"));
            target.write(many(100));
            target.write(List.of(edit("poison", "x".repeat(2_000))));
            target.write(many(100));
            assertThat(encodings).containsExactly("", "gzip", "gzip", "", "gzip");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 415})
    void compressRequests_serverThatDoesNot_isSentPlainOnesFromThenOn(int status) throws Exception {
        List<String> encodings = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = scripted(call -> {
                    encodings.add(call.header("content-encoding"));
                    if (call.header("content-encoding").isEmpty()) {
                        written(call);
                    } else {
                        call.json(status, "{\"error\":\"bad_request\"}");
                    }
                });
                CouchDbDocumentTarget target = target(server).compressRequests().build()) {
            assertThat(target.write(many(100))).allMatch(EditOutcome.Written.class::isInstance);
            target.write(many(100));
            assertThat(encodings).containsExactly("gzip", "", "");
        }
    }
}
