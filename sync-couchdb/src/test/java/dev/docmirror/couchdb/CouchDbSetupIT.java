package dev.docmirror.couchdb;

import java.net.URI;
import java.util.Set;
import java.util.UUID;

import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Timeout(60)
class CouchDbSetupIT {
    private static final String VIEW =
            "{\"views\":{\"byType\":{\"map\":\"function (doc) { emit(doc.type); }\"}},\"n\":[1.0,1e2]}";

    private final String name = "it-" + UUID.randomUUID();
    private CouchDbServer server;
    private CouchDbClient client;

    @BeforeEach
    void open() {
        server = Servers.shared();
        client = new CouchDbClient(server);
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.send("DELETE", "/" + name, "");
        }
    }

    @Test
    void install_nothingThere_createsAllAndThenNothing() {
        try (CouchDbSetup setup = setup().designDocument("clinic views", VIEW)
                .index("by-type", "type", "updatedAt")
                .allowedTypes(Set.of("patient", "session"))
                .build()) {
            assertThat(setup.install())
                    .containsExactlyInAnyOrder(
                            "created database " + name,
                            "created design document clinic views",
                            "created design document docmirror-types",
                            "created index by-type");
            assertThat(setup.install()).isEmpty();
        }
        assertThat(client.ok("GET", "/" + name + "/_design/clinic%20views", "")
                        .json()
                        .at("/views/byType/map")
                        .asString())
                .contains("emit(doc.type)");
        assertThat(client.ok("GET", "/" + name + "/_index", "").json().toString())
                .contains("by-type")
                .contains("updatedAt");
    }

    @Test
    void install_designDocumentDiffers_replacesItOnly() {
        try (CouchDbSetup first = setup().designDocument("v", "{\"x\":1}").build();
                CouchDbSetup second = setup().designDocument("v", "{\"x\":2}").build()) {
            first.install();
            client.ok("PUT", "/" + name + "/kept", "{}");
            assertThat(second.install()).containsExactly("replaced design document v");
            assertThat(second.install()).isEmpty();
        }
        assertThat(client.ok("GET", "/" + name + "/_design/v", "")
                        .json()
                        .path("x")
                        .asInt())
                .isEqualTo(2);
        assertThat(client.ok("GET", "/" + name + "/kept", "").status()).isEqualTo(200);
    }

    @Test
    void install_allowedTypes_refusesOthers() {
        assumeTrue(Servers.isCouchDb(), "the stand-in does not run validate_doc_update");
        try (CouchDbSetup setup =
                setup().allowedTypes(Set.of("patient", "o\"dd")).build()) {
            setup.install();
        }
        assertThat(client.send("PUT", "/" + name + "/a", "{\"type\":\"patient\"}")
                        .status())
                .isEqualTo(201);
        assertThat(client.send("PUT", "/" + name + "/b", "{\"type\":\"o\\\"dd\"}")
                        .status())
                .isEqualTo(201);
        assertThat(client.send("PUT", "/" + name + "/c", "{\"type\":\"other\"}").status())
                .isEqualTo(403);
        assertThat(client.send("PUT", "/" + name + "/d", "{}").status()).isEqualTo(403);
        String revision = client.ok("GET", "/" + name + "/a", "").text("_rev");
        assertThat(client.send("DELETE", "/" + name + "/a?rev=" + revision, "").status())
                .isEqualTo(200);
        assertThat(client.send("PUT", "/" + name + "/_design/x", "{}").status()).isEqualTo(201);
    }

    @Test
    void install_noAdministrator_isDenied() {
        try (CouchDbSetup setup = CouchDbSetup.builder(url(name)).build()) {
            assertThatThrownBy(setup::install).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void install_illegalName_isNamed() {
        try (CouchDbSetup setup = CouchDbSetup.builder(url("Illegal"))
                .basic(server.user(), server.password())
                .build()) {
            assertThatThrownBy(setup::install)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("PUT /Illegal answered 400")
                    .hasMessageContaining("refuses this name");
        }
    }

    private CouchDbSetup.Builder setup() {
        return CouchDbSetup.builder(url(name)).basic(server.user(), server.password());
    }

    private URI url(String database) {
        return server.url().resolve("/" + database);
    }
}
