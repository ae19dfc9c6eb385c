package dev.docmirror.policies;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CanonicalJsonTest {
    /** Takes numbers for doubles, as RFC 8785 does. */
    private static final JsonMapper DOUBLES = JsonMapper.builder().build();

    /** RFC 8785, 3.2.2 to 3.2.4. */
    @Example
    void bytes_sampleOfTheRfc_areTheRfcs() {
        String sample = """
                {
                  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }""";
        String expected = "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22"
                + "6e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32"
                + "375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d";
        byte[] bytes = CanonicalJson.bytes((ObjectNode) DOUBLES.readTree(sample));
        assertThat(bytes).asHexString().isEqualToIgnoringCase(expected);
        assertRefused(sample.replaceAll("\\s", ""), "a number that is not the shortest for its double");
    }

    /** RFC 8785, 3.2.3. */
    @Example
    void bytes_keys_areSortedByUtf16CodeUnits() {
        String sample = """
                {
                  "\\u20ac": "Euro Sign",
                  "\\r": "Carriage Return",
                  "\\ufb33": "Hebrew Letter Dalet With Dagesh",
                  "1": "One",
                  "\\ud83d\\ude00": "Emoji: Grinning Face",
                  "\\u0080": "Control",
                  "\\u00f6": "Latin Small Letter O With Diaeresis"
                }""";
        assertThat(canonical(sample))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                        + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    /** RFC 8785, appendix B. */
    @Example
    void number_samplesOfTheRfc_areTheRfcs() {
        Map<Long, String> samples = new LinkedHashMap<>();
        samples.put(0x0000000000000000L, "0");
        samples.put(0x8000000000000000L, "0");
        samples.put(0x0000000000000001L, "5e-324");
        samples.put(0x8000000000000001L, "-5e-324");
        samples.put(0x7fefffffffffffffL, "1.7976931348623157e+308");
        samples.put(0xffefffffffffffffL, "-1.7976931348623157e+308");
        samples.put(0x4340000000000000L, "9007199254740992");
        samples.put(0xc340000000000000L, "-9007199254740992");
        samples.put(0x4430000000000000L, "295147905179352830000");
        samples.put(0x44b52d02c7e14af5L, "9.999999999999997e+22");
        samples.put(0x44b52d02c7e14af6L, "1e+23");
        samples.put(0x44b52d02c7e14af7L, "1.0000000000000001e+23");
        samples.put(0x444b1ae4d6e2ef4eL, "999999999999999700000");
        samples.put(0x444b1ae4d6e2ef4fL, "999999999999999900000");
        samples.put(0x444b1ae4d6e2ef50L, "1e+21");
        samples.put(0x3eb0c6f7a0b5ed8cL, "9.999999999999997e-7");
        samples.put(0x3eb0c6f7a0b5ed8dL, "0.000001");
        samples.put(0x41b3de4355555553L, "333333333.3333332");
        samples.put(0x41b3de4355555554L, "333333333.33333325");
        samples.put(0x41b3de4355555555L, "333333333.3333333");
        samples.put(0x41b3de4355555556L, "333333333.3333334");
        samples.put(0x41b3de4355555557L, "333333333.33333343");
        samples.put(0xbecbf647612f3696L, "-0.0000033333333333333333");
        samples.put(0x43143ff3c1cb0959L, "1424953923781206.2");
        samples.forEach((bits, text) -> {
            assertThat(CanonicalNumber.of(Double.longBitsToDouble(bits))).isEqualTo(text);
            assertThat(canonical("{\"n\":" + text + "}")).as("read exactly").isEqualTo("{\"n\":" + text + "}");
        });
        for (double none : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> CanonicalNumber.of(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Example
    void number_lowerNeighbourIsNearer_isStillTheShortest() {
        assertThat(CanonicalNumber.of(Math.scalb(1.0, -44))).isEqualTo("5.684341886080802e-14");
        assertThat(CanonicalNumber.of(2.0E-3)).isEqualTo("0.002");
        assertThat(CanonicalNumber.of(Double.parseDouble("2e23"))).isEqualTo("2e+23");
        assertThat(CanonicalNumber.of(Double.MIN_NORMAL)).isEqualTo("2.2250738585072014e-308");
    }

    @Property
    void number_anyDouble_leadsBackAndIsTheOneTextOfItsValue(@ForAll long bits) {
        double number = Double.longBitsToDouble(bits);
        if (Double.isFinite(number)) {
            String text = CanonicalNumber.of(number);
            assertThat(Double.parseDouble(text)).isEqualTo(number + 0.0);
            assertThat(CanonicalNumber.of(JsonNodeFactory.instance.numberNode(new BigDecimal(text).setScale(400))))
                    .isEqualTo(text);
            if (Runtime.version().feature() >= 19) {
                assertThat(new BigDecimal(text)).isEqualByComparingTo(new BigDecimal(Double.toString(number)));
            }
        }
    }

    @Example
    void bytes_numbersAsCouchDbRewritesThem_areTheSame() {
        for (List<String> same : List.of(
                List.of("1.10", "1.1", "11e-1", "0.11e1"),
                List.of("1e2", "100.0", "100", "1.00E+2"),
                List.of("-0", "0", "0.0", "-0.0e5"),
                List.of("1739529000000", "1739529000000.0", "1.739529e12"),
                List.of("0.30000000000000004", "0.300000000000000040"))) {
            assertThat(same.stream().map(n -> canonical("{\"n\":" + n + "}")).distinct())
                    .hasSize(1);
        }
        ObjectNode built = JsonNodeFactory.instance
                .objectNode()
                .put("n", 1.1)
                .put("f", 0.1f)
                .put("i", 100L);
        assertThat(new String(CanonicalJson.bytes(built), StandardCharsets.UTF_8))
                .isEqualTo("{\"f\":0.1,\"i\":100,\"n\":1.1}");
    }

    @Example
    void bytes_numbersThatNoDoubleHolds_areRefused() {
        for (String number : List.of(
                "123456789012345678901234567890",
                "1e400",
                "-1e400",
                "1e999999999",
                "1e-999999999",
                "1e-400",
                "4e-324",
                "9007199254740993",
                "1180591620717411303424",
                "0.1000000000000000055",
                "333333333.33333329")) {
            assertRefused("{\"n\":" + number + "}", number);
        }
        assertThatThrownBy(() -> CanonicalJson.bytes(
                        JsonNodeFactory.instance.objectNode().put("n", Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalJson.bytes(
                        JsonNodeFactory.instance.objectNode().put("n", Float.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void bytes_unpairedSurrogates_areRefused() {
        for (String text : List.of("\ud800", "\udc00", "\ud800x", "\udc00\ud800", "a\ud83d")) {
            ObjectNode value = JsonNodeFactory.instance.objectNode().put("t", text);
            ObjectNode name = JsonNodeFactory.instance.objectNode().put(text, 1);
            for (ObjectNode body : List.of(value, name)) {
                assertThatThrownBy(() -> CanonicalJson.bytes(body)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Example
    void bytes_tooDeep_areRefused() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode deepest = root;
        for (int i = 0; i < 100_000; i++) {
            deepest = deepest.putObject("a");
        }
        assertThatThrownBy(() -> CanonicalJson.bytes(root)).isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void bytes_couchDbsFields_areLeftOutButForTheId() {
        assertThat(canonical("{\"_id\":\"n\",\"_rev\":\"1-a\",\"_attachments\":{},\"a\":{\"_b\":1},\"_c\":2}"))
                .isEqualTo("{\"_id\":\"n\",\"a\":{\"_b\":1}}");
    }

    @Example
    void bytes_signatureFields_areLeftOut() {
        String body = "{\"a\":1,\"sig\":\"x\",\"by\":{\"hash\":\"y\",\"who\":\"z\"},\"list\":[{\"sig\":1,\"b\":2},3],"
                + "\"s/l~t\":4}";
        assertThat(canonical(body, "/sig", "/by/hash", "/list/0/sig", "/s~1l~0t", "/absent/field"))
                .isEqualTo("{\"a\":1,\"by\":{\"who\":\"z\"},\"list\":[{\"b\":2},3]}");
        assertThat(canonical(body, "/list/0", "/by", "/sig")).isEqualTo("{\"a\":1,\"list\":[3],\"s/l~t\":4}");
        assertThatThrownBy(() -> canonical(body, "/a", "sig"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signatureFields[1]");
    }

    @Property
    void bytes_anyText_canBeReadBack(@ForAll String text) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("t", text);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            assertThat(DOUBLES.readTree(CanonicalJson.bytes(body))).isEqualTo(body);
        } else {
            assertThatThrownBy(() -> CanonicalJson.bytes(body)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String canonical(String json, String... signatureFields) {
        return new String(
                CanonicalJson.bytes(Leaves.live("1-a", json).body(), signatureFields), StandardCharsets.UTF_8);
    }

    private static void assertRefused(String json, String what) {
        assertThatThrownBy(() -> canonical(json)).as(what).isInstanceOf(IllegalArgumentException.class);
    }
}
