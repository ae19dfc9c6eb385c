package dev.docmirror.couchdb;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.reconcile.RevisionSource;
import dev.docmirror.testkit.TargetFixture;
import dev.docmirror.testkit.server.CouchDbServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A database of its own on a server, a source that follows it, and a target that writes to it. */
final class Database implements TargetFixture {
    private final CouchDbServer server;
    private final CouchDbClient client;
    private final String name = "it-" + UUID.randomUUID();
    private final CouchDbChangeSource source;
    private final CouchDbDocumentTarget target;

    Database(CouchDbServer server) {
        this.server = server;
        this.client = new CouchDbClient(server);
        client.ok("PUT", "/" + name, "");
        this.source = builder().build();
        this.target = targetBuilder().build();
    }

    /** A source on this database that the test closes. */
    CouchDbChangeSource.Builder builder() {
        return CouchDbChangeSource.builder(url()).basic(server.user(), server.password());
    }

    /** A target on this database that the test closes. */
    CouchDbDocumentTarget.Builder targetBuilder() {
        return CouchDbDocumentTarget.builder(url()).basic(server.user(), server.password());
    }

    URI url() {
        return server.url().resolve("/" + name);
    }

    String name() {
        return name;
    }

    CouchDbClient client() {
        return client;
    }

    @Override
    public RevisionSource source() {
        return source;
    }

    @Override
    public DocumentTarget target() {
        return target;
    }

    @Override
    public Revision put(DocumentId id, String body) {
        CouchDbClient.Reply now = client.send("GET", path(id), "");
        String fields = body.strip().substring(1);
        String separator = fields.equals("}") ? "" : ",";
        String revision = now.status() == 200 ? "{\"_rev\":\"" + now.text("_rev") + "\"" + separator : "{";
        return Revision.of(client.ok("PUT", path(id), revision + fields).text("rev"));
    }

    @Override
    public Revision delete(DocumentId id, Revision leaf) {
        return Revision.of(client.ok("DELETE", path(id) + "?rev=" + encode(leaf.toString()), "")
                .text("rev"));
    }

    @Override
    public void fork(DocumentId id, Revision revision, Optional<Revision> parent, boolean deleted, String body) {
        ObjectNode doc = (ObjectNode) JsonMapper.shared().readTree(body);
        doc.put("_id", id.value()).put("_rev", revision.toString());
        if (deleted) {
            doc.put("_deleted", true);
        }
        ObjectNode revisions = doc.putObject("_revisions");
        ArrayNode ids =
                revisions.put("start", revision.generation()).putArray("ids").add(revision.hash());
        parent.ifPresent(p -> ids.add(p.hash()));
        ObjectNode request = JsonMapper.shared().createObjectNode().put("new_edits", false);
        request.putArray("docs").add(doc);
        client.ok("POST", "/" + name + "/_bulk_docs", request.toString());
    }

    /** Writes documents with new edits; each must succeed. */
    void bulk(String docs) {
        JsonNode written = client.ok("POST", "/" + name + "/_bulk_docs", "{\"docs\":[" + docs + "]}")
                .json();
        written.forEach(one -> {
            if (!one.path("ok").asBoolean()) {
                throw new AssertionError(one.toString());
            }
        });
    }

    void purge(DocumentId id, Revision leaf) {
        ObjectNode request = JsonMapper.shared().createObjectNode();
        request.putArray(id.value()).add(leaf.toString());
        client.ok("POST", "/" + name + "/_purge", request.toString());
    }

    /** Takes the bodies of revisions that are no leaves; returns when it is done. */
    void compact() {
        client.ok("POST", "/" + name + "/_compact", "");
        // CouchDB does it behind its answer and tells only whether it is at it.
        while (client.ok("GET", "/" + name, "").json().path("compact_running").asBoolean()) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void recreate() {
        String created = client.ok("GET", "/" + name, "").text("instance_start_time");
        do { // CouchDB tells two databases apart by the second in which they were made
            client.ok("DELETE", "/" + name, "");
            while (client.send("PUT", "/" + name, "").status()
                    == 412) { // some shards are left: not gone yet, or for ever
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                client.send("DELETE", "/" + name, "");
            }
        } while (client.ok("GET", "/" + name, "").text("instance_start_time").equals(created));
    }

    String path(DocumentId id) {
        return "/" + name + "/" + encode(id.value());
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        source.close();
        target.close();
        client.send("DELETE", "/" + name, "");
    }
}
