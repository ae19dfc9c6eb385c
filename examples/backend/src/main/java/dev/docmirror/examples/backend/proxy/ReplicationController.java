package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.examples.backend.proxy.FeedPlaces.Place;
import dev.docmirror.examples.backend.proxy.WriteAudit.Entry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The requests of CouchDB's API that a replicating PouchDB makes; all others answer 404 or 405. An id that a path can't
 * carry (with a slash, a percent sign or a semicolon) is replicated like any other, since replication has it in bodies.
 */
@RestController
@RequestMapping(path = "/db", produces = MediaType.APPLICATION_JSON_VALUE)
class ReplicationController {
    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final CouchDbClient couch;
    private final DeviceRequests requests;
    private final DeviceReads reads;
    private final DeviceWrites writes;
    private final ChangesFeed feed;
    private final FeedPlaces places;
    private final Checkpoints checkpoints;

    ReplicationController(
            CouchDbClient couch,
            DeviceRequests requests,
            DeviceReads reads,
            DeviceWrites writes,
            ChangesFeed feed,
            FeedPlaces places,
            Checkpoints checkpoints) {
        this.couch = couch;
        this.requests = requests;
        this.reads = reads;
        this.writes = writes;
        this.feed = feed;
        this.places = places;
        this.checkpoints = checkpoints;
    }

    /** Says who answers, not what is behind. */
    @GetMapping({"", "/"})
    ObjectNode welcome() {
        return ProxyJson.object().put("couchdb", "Welcome").put("vendor", "docmirror's example of a backend");
    }

    @GetMapping({"/{database}", "/{database}/"})
    ObjectNode database(@PathVariable String database) {
        check(database);
        try (Reply reply = couch.get("", Map.of()).success()) {
            JsonNode info = reply.tree();
            ObjectNode answer = ProxyJson.object().put("db_name", database);
            for (String name : List.of("update_seq", "instance_start_time")) {
                answer.set(name, info.path(name));
            }
            return answer;
        }
    }

    @GetMapping("/{database}/_changes")
    void changes(
            @PathVariable String database, Principal user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        check(database);
        ChangesFeed.Request wanted = requests.changes(request);
        response.setContentType(JSON);
        if (wanted.patience().isZero()) {
            feed.answer(user.getName(), wanted, response.getOutputStream());
            return;
        }
        try (Place place = places.take(user.getName())) {
            feed.answer(user.getName(), wanted, response.getOutputStream());
        }
    }

    @PostMapping(path = "/{database}/_bulk_get", consumes = JSON)
    void bulkGet(
            @PathVariable String database, Principal user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        check(database);
        List<JsonNode> versions = requests.versions(requests.body(request));
        response.setContentType(JSON);
        JsonGenerator out = ProxyJson.writer(response.getOutputStream());
        reads.bulkGet(user.getName(), versions, DeviceRequests.ofBulkGet(request), out);
        out.close();
    }

    @PostMapping(path = "/{database}/_all_docs", consumes = JSON)
    void allDocs(
            @PathVariable String database,
            @RequestParam(name = "include_docs", defaultValue = "false") boolean includeDocs,
            Principal user,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        check(database);
        List<String> keys = requests.texts(requests.body(request), "keys");
        response.setContentType(JSON);
        JsonGenerator out = ProxyJson.writer(response.getOutputStream());
        reads.allDocs(user.getName(), keys, includeDocs, out);
        out.close();
    }

    @PostMapping(path = "/{database}/_revs_diff", consumes = JSON)
    ObjectNode revsDiff(@PathVariable String database, Principal user, HttpServletRequest request) throws IOException {
        check(database);
        return reads.revsDiff(user.getName(), requests.revisions(requests.body(request)));
    }

    @PostMapping(path = "/{database}/_bulk_docs", consumes = JSON)
    ResponseEntity<ArrayNode> bulkDocs(@PathVariable String database, Principal user, HttpServletRequest request)
            throws IOException {
        check(database);
        ObjectNode body = requests.body(request);
        boolean replicated = !body.path("new_edits").asBoolean(true);
        List<ObjectNode> documents = requests.objects(body, "docs");
        ArrayNode rows = ProxyJson.object().putArray("rows");
        List<Entry> entries = writes.write(user.getName(), documents, replicated);
        for (Entry entry : entries) {
            if (!replicated || entry.outcome() != WriteAudit.Outcome.WRITTEN) {
                rows.add(row(documents.get(entry.position()).path("_id").asString(""), entry));
            }
        }
        return ResponseEntity.status(201).body(rows);
    }

    @GetMapping("/{database}/{id}")
    void document(
            @PathVariable String database,
            @PathVariable String id,
            Principal user,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        check(database, id);
        response.setContentType(JSON);
        JsonGenerator out = ProxyJson.writer(response.getOutputStream());
        reads.document(user.getName(), id, requests.ofDocument(request), out);
        out.close();
    }

    @PutMapping(path = "/{database}/{id}", consumes = JSON)
    ResponseEntity<ObjectNode> put(
            @PathVariable String database,
            @PathVariable String id,
            @RequestParam(name = "new_edits", defaultValue = "true") boolean newEdits,
            @RequestParam(name = "rev", required = false) @Nullable String revision,
            Principal user,
            HttpServletRequest request)
            throws IOException {
        check(database, id);
        ObjectNode document = requests.body(request).put("_id", id);
        if (revision != null) {
            document.put("_rev", revision);
        }
        return one(user, document, !newEdits, 201);
    }

    @DeleteMapping("/{database}/{id}")
    ResponseEntity<ObjectNode> delete(
            @PathVariable String database,
            @PathVariable String id,
            @RequestParam("rev") String revision,
            Principal user) {
        check(database, id);
        ObjectNode tombstone =
                ProxyJson.object().put("_id", id).put("_rev", revision).put("_deleted", true);
        return one(user, tombstone, false, 200);
    }

    private ResponseEntity<ObjectNode> one(Principal user, ObjectNode document, boolean replicated, int success) {
        Entry entry =
                writes.write(user.getName(), List.of(document), replicated).get(0);
        int status = switch (entry.outcome()) {
            case WRITTEN -> success;
            case CONFLICT -> 409;
            case REFUSED, REQUESTED -> 403;
        };
        return ResponseEntity.status(status).body(row(document.path("_id").asString(""), entry));
    }

    private static ObjectNode row(String id, Entry entry) {
        ObjectNode row = ProxyJson.object().put("id", id);
        return switch (entry.outcome()) {
            case WRITTEN -> row.put("ok", true).put("rev", entry.revision());
            case CONFLICT ->
                row.put("error", "conflict").put("reason", entry.reason().orElse(""));
            case REFUSED, REQUESTED ->
                row.put("error", "forbidden").put("reason", entry.reason().orElse(""));
        };
    }

    @GetMapping(path = "/{database}/{id}/{*attachment}", produces = MediaType.ALL_VALUE)
    void attachment(
            @PathVariable String database,
            @PathVariable String id,
            @PathVariable String attachment,
            @RequestParam(name = "rev", required = false) @Nullable String revision,
            Principal user,
            HttpServletResponse response)
            throws IOException {
        check(database, id);
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        reads.attachment(
                user.getName(), id, attachment.substring(1), Optional.ofNullable(revision), response.getOutputStream());
    }

    @GetMapping("/{database}/_local/{id}")
    ObjectNode checkpoint(@PathVariable String database, @PathVariable String id, Principal user) {
        check(database);
        return checkpoints.get(user.getName(), id);
    }

    @PutMapping(path = "/{database}/_local/{id}", consumes = JSON)
    ResponseEntity<ObjectNode> putCheckpoint(
            @PathVariable String database, @PathVariable String id, Principal user, HttpServletRequest request)
            throws IOException {
        check(database);
        return ResponseEntity.status(201).body(checkpoints.put(user.getName(), id, requests.body(request)));
    }

    @DeleteMapping("/{database}/_local/{id}")
    ObjectNode deleteCheckpoint(
            @PathVariable String database,
            @PathVariable String id,
            @RequestParam("rev") String revision,
            Principal user) {
        check(database);
        return checkpoints.delete(user.getName(), id, revision);
    }

    private void check(String database) {
        if (!CouchDbClient.segment(database).equals(couch.database())) {
            throw ProxyException.notFound();
        }
    }

    private void check(String database, String id) {
        check(database);
        if (!WriteRules.isId(id)) {
            throw ProxyException.notFound();
        }
    }
}
