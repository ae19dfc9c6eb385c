package dev.docmirror.queue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import dev.docmirror.change.DocumentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonSchemaValidatorTest {
    private static final String NOTE = """
            {"type": "object",
             "required": ["title"],
             "properties": {
               "title": {"type": "string", "maxLength": 5},
               "medications": {"items": {"$ref": "#/$defs/medication"}}},
             "patternProperties": {"^x-": {"type": "number"}},
             "additionalProperties": false,
             "$defs": {"medication": {"properties": {"dose": {"maximum": 10}}}}}
            """;

    private final JsonSchemaValidator validator = JsonSchemaValidator.of("note", json(NOTE));

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static SyncOperation update(String type, JsonNode body) {
        return SyncOperation.update(type, DocumentId.of("a"), (ObjectNode) body);
    }

    private static Optional<String> refusal(OperationValidator validator, String type, String body) {
        ObjectNode fields = (ObjectNode) json(body);
        return validator.refusal(update(type, fields), fields);
    }

    @Test
    void refusal_validDocument_isNone() {
        assertThat(refusal(validator, "note", "{\"title\":\"abc\",\"x-n\":1,\"medications\":[{\"dose\":10}]}"))
                .isEmpty();
    }

    @Test
    void refusal_invalidDocument_namesTheKeywordAndNothingOfTheDocument() {
        assertThat(refusal(validator, "note", "{\"title\":\"canary\"}"))
                .contains("violates /properties/title/maxLength");
        assertThat(refusal(validator, "note", "{\"title\":\"a\",\"medications\":[{},{\"dose\":4711}]}"))
                .contains("violates /properties/medications/items/$ref/properties/dose/maximum");
        assertThat(refusal(validator, "note", "{\"x-canary\":\"canary\",\"canary\":\"canary\"}")
                        .orElseThrow())
                .startsWith("violates /")
                .endsWith(" and 2 more")
                .doesNotContain("canary");
        assertThat(refusal(validator, "note", "{\"title\":\"a\",\"canary\":1}"))
                .contains("violates /additionalProperties");
    }

    @Test
    void refusal_deletionsAndOtherTypes_pass() {
        ObjectNode nothing = JsonMapper.shared().createObjectNode();
        assertThat(validator.refusal(SyncOperation.delete("note", DocumentId.of("a")), nothing))
                .isEmpty();
        assertThat(refusal(validator, "visit", "{\"any\":1}")).isEmpty();
    }

    @Test
    void violation_withoutAnOperation_isThatOfARefusal() {
        assertThat(validator.violation((ObjectNode) json("{\"title\":\"abc\"}")))
                .isEmpty();
        assertThat(validator.violation((ObjectNode) json("{\"title\":\"canary\"}")))
                .contains("violates /properties/title/maxLength");
    }

    @Test
    void andThen_schemasOfSeveralTypes_eachMeansItsOwn() {
        OperationValidator both =
                validator.andThen(JsonSchemaValidator.of("visit", json("{\"required\":[\"startedAt\"]}")));
        assertThat(refusal(both, "visit", "{}")).contains("violates /required");
        assertThat(refusal(both, "visit", "{\"startedAt\":1}")).isEmpty();
        assertThat(refusal(both, "note", "{}")).contains("violates /required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "06", "07"})
    void of_olderDraft_isReadAsSuch(String draft) {
        JsonNode schema = json("{\"$schema\":\"http://json-schema.org/draft-" + draft
                + "/schema#\",\"definitions\":{\"n\":{\"type\":\"number\"}},\"properties\":{\"n\":{\"$ref\":"
                + "\"#/definitions/n\"}}}");
        OperationValidator old = JsonSchemaValidator.of("note", schema);
        assertThat(refusal(old, "note", "{\"n\":1}")).isEmpty();
        assertThat(refusal(old, "note", "{\"n\":\"one\"}")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{\"type\":\"objekt\"}",
                "{\"properties\":{\"n\":{\"maxLength\":-1}}}",
                "{\"properties\":{\"n\":{\"pattern\":\"(\"}}}",
                "{\"properties\":{\"n\":{\"$ref\":\"#/$defs/missing\"}}}",
                "{\"$schema\":\"https://example.org/of-our-own\"}",
                "{\"$schema\":7}"
            })
    void of_noSchema_isRefusedAtOnce(String schema) {
        assertThatThrownBy(() -> JsonSchemaValidator.of("note", json(schema)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("schema: ");
    }

    @Test
    void of_referenceToElsewhere_isRefusedAndNeverFetched() throws IOException {
        AtomicInteger fetched = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetched.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            String elsewhere = "http://127.0.0.1:" + server.getAddress().getPort() + "/schema.json";
            for (String schema : new String[] {
                "{\"$ref\":\"%s\"}",
                "{\"properties\":{\"n\":{\"$ref\":\"%s#/a\"}}}",
                "{\"$id\":\"%s\",\"properties\":{\"n\":{\"$ref\":\"other.json\"}}}",
                "{\"$schema\":\"%s\"}"
            }) {
                assertThatThrownBy(() -> JsonSchemaValidator.of("note", json(schema.formatted(elsewhere))))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            OperationValidator unused =
                    JsonSchemaValidator.of("note", json("{\"$defs\":{\"n\":{\"$ref\":\"" + elsewhere + "\"}}}"));
            assertThat(refusal(unused, "note", "{\"n\":1}")).isEmpty();
            assertThat(fetched).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void of_schemaChangedLater_staysAsItWas() {
        ObjectNode schema = (ObjectNode) json("{\"required\":[\"a\"]}");
        OperationValidator fixed = JsonSchemaValidator.of("note", schema);
        schema.removeAll();
        assertThat(refusal(fixed, "note", "{}")).isPresent();
    }

    @Test
    void of_withoutTheLibrary_saysWhatIsMissing() throws Exception {
        Class<?> alone = Class.forName(JsonSchemaValidator.class.getName(), true, new WithoutTheLibrary());
        assertThatThrownBy(() -> {
                    try {
                        alone.getMethod("of", String.class, JsonNode.class).invoke(null, "note", json("{}"));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.networknt:json-schema-validator");
    }

    /** Loads the queue's classes anew, as if the library were not there. */
    private static final class WithoutTheLibrary extends ClassLoader {
        WithoutTheLibrary() {
            super(JsonSchemaValidatorTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.networknt.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("dev.docmirror.queue.")) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                Class<?> known = findLoadedClass(name);
                return known != null ? known : defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
