package dev.docmirror.queue;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class MergePatchTest {

    /** RFC 7396, appendix A: original, patch, result. */
    private static final List<List<String>> APPENDIX = List.of(
            List.of("{'a':'b'}", "{'a':'c'}", "{'a':'c'}"),
            List.of("{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}"),
            List.of("{'a':'b'}", "{'a':null}", "{}"),
            List.of("{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}"),
            List.of("{'a':['b']}", "{'a':'c'}", "{'a':'c'}"),
            List.of("{'a':'c'}", "{'a':['b']}", "{'a':['b']}"),
            List.of("{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}"),
            List.of("{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}"),
            List.of("['a','b']", "['c','d']", "['c','d']"),
            List.of("{'a':'b'}", "['c']", "['c']"),
            List.of("{'a':'foo'}", "null", "null"),
            List.of("{'a':'foo'}", "'bar'", "'bar'"),
            List.of("{'e':null}", "{'a':1}", "{'e':null,'a':1}"),
            List.of("[1,2]", "{'a':'b','c':null}", "{'a':'b'}"),
            List.of("{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}"));

    @Test
    void applyTo_examplesOfTheRfc_areAsItSays() {
        for (List<String> example : APPENDIX) {
            assertThat(MergePatch.applyTo(value(example.get(0)), value(example.get(1))))
                    .as(example.toString())
                    .isEqualTo(value(example.get(2)));
        }
    }

    @Test
    void apply_numbers_stayExact() {
        assertThat(MergePatch.apply(
                                Json.object("{\"a\":1.10,\"b\":1}"),
                                Json.object("{\"b\":123456789012345678901234567890.50}"))
                        .toString())
                .isEqualTo("{\"a\":1.10,\"b\":123456789012345678901234567890.50}");
    }

    @Test
    void apply_orderOfFields_staysAsItWas() {
        assertThat(MergePatch.apply(Json.object("{\"c\":1,\"a\":1,\"b\":1}"), Json.object("{\"d\":1,\"a\":2}"))
                        .toString())
                .isEqualTo("{\"c\":1,\"a\":2,\"b\":1,\"d\":1}");
    }

    @Test
    void merge_patches_keepsWhatEachRemoves() {
        assertThat(merged("{'a':null,'b':1}", "{'b':null,'c':null}")).isEqualTo("{'a':null,'b':null,'c':null}");
        assertThat(merged("{'a':{'x':1,'y':null}}", "{'a':{'x':null,'z':2}}"))
                .isEqualTo("{'a':{'x':null,'y':null,'z':2}}");
        assertThat(merged("{'a':{'x':1}}", "{'a':[{'x':null}]}")).isEqualTo("{'a':[{'x':null}]}");
        assertThat(merged("{'a':{}}", "{'a':{'x':1}}")).isEqualTo("{'a':{'x':1}}");
        assertThat(merged("{}", "{'a':{'x':null}}")).isEqualTo("{'a':{'x':null}}");
    }

    @Test
    void merge_objectOverSomethingElse_isImpossible() {
        for (String other : List.of("1", "'text'", "true", "null", "[1]", "[{'x':1}]")) {
            assertThat(MergePatch.merge(
                            Json.object(quoted("{'a':" + other + "}")), Json.object(quoted("{'a':{'x':1}}"))))
                    .isEmpty();
            assertThat(MergePatch.merge(
                            Json.object(quoted("{'a':{'b':" + other + "}}")), Json.object(quoted("{'a':{'b':{}}}"))))
                    .isEmpty();
        }
    }

    private static String merged(String first, String second) {
        return MergePatch.merge(Json.object(quoted(first)), Json.object(quoted(second)))
                .orElseThrow()
                .toString()
                .replace('"', '\'');
    }

    private static JsonNode value(String text) {
        return Json.object("{\"value\":" + quoted(text) + "}").get("value");
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
