package dev.docmirror.envelope;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import dev.docmirror.change.DocumentId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class EnvelopesPropertyTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private final Envelopes codec = Envelopes.of("d", Fixture.ring("k")).withTypeHint();

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().ofMaxLength(8).filter(name -> !name.startsWith("_"));
    }

    @Provide
    Arbitrary<ObjectNode> documents() {
        return object(value(3));
    }

    private Arbitrary<JsonNode> value(int depth) {
        Arbitrary<JsonNode> scalar = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(JSON::stringNode),
                Arbitraries.of(true, false).map(JSON::booleanNode),
                Arbitraries.just(JSON.nullNode()),
                Arbitraries.longs().map(JSON::numberNode),
                Arbitraries.bigIntegers()
                        .between(BigInteger.TEN.pow(60).negate(), BigInteger.TEN.pow(60))
                        .map(JSON::numberNode),
                Arbitraries.bigDecimals().ofScale(12).map(JSON::numberNode),
                Arbitraries.integers()
                        .between(-400, 400)
                        .map(scale -> JSON.numberNode(new BigDecimal(BigInteger.valueOf(120), scale))));
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<JsonNode> below = Arbitraries.lazy(() -> value(depth - 1));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, scalar),
                net.jqwik.api.Tuple.of(1, object(below).map(JsonNode.class::cast)),
                net.jqwik.api.Tuple.of(
                        1,
                        below.list().ofMaxSize(4).map(values -> JSON.arrayNode().addAll(values))));
    }

    private Arbitrary<ObjectNode> object(Arbitrary<JsonNode> values) {
        return Arbitraries.maps(names(), values).ofMaxSize(5).map(members -> {
            ObjectNode object = JSON.objectNode();
            members.forEach(object::set);
            return object;
        });
    }

    /** By way of the text, as a database keeps it. */
    @Property(tries = 500)
    void open_whatWasSealed_isTheSameTextAgain(@ForAll("documents") ObjectNode content, @ForAll("ids") String idText) {
        DocumentId id = DocumentId.of(idText);
        ObjectNode body = JSON.objectNode().put("_id", idText).put("_rev", "1-a");
        body.setAll(content);
        ObjectNode given = Fixture.json(id, MAPPER.writeValueAsBytes(body));

        byte[] stored = codec.seal(id, given).toString().getBytes(StandardCharsets.UTF_8);

        assertThat(Fixture.plaintext(codec, id, Fixture.json(id, stored))).hasToString(given.toString());
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(30)
                .filter(id -> StandardCharsets.UTF_8.newEncoder().canEncode(id));
    }
}
