package dev.docmirror.couchdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonCutterTest {
    private static final byte[][] NAMES = Names.of("a", "long name");

    @Test
    void cut_anyValue_isItsBytes() throws IOException {
        for (String value : new String[] {
            "{}",
            "[]",
            "null",
            "true",
            "false",
            "0",
            "-1.5e+300",
            "123456789012345678901234567890",
            "\"\"",
            "\"}]{[,:\"",
            "\"\\\"\\\\\"",
            "\"\\\\\\\\\\\"\"",
            "\"\\u0000 \\ud800 \u2028 ü 漢 😀\"",
            "{\"a\":{\"b\":[1,{\"c\":\"}\"}]},\"d\":\"\\\"]\"}",
            "[ [ ] , { \"x\" :\t[ \"[\" ] } \r\n]",
        }) {
            byte[] json = ("  [\n" + value + " , 1]").getBytes(StandardCharsets.UTF_8);
            for (int cut = 0; cut <= json.length; cut++) {
                JsonCutter cutter = new JsonCutter(Pieces.cutAt(json, cut));
                cutter.expect('[');
                assertThat(text(cutter.cut(1000)))
                        .as("%s cut at %s", value, cut)
                        .isEqualTo(value);
                assertThat(cutter.hasNext(']', false)).isTrue();
                assertThat(cutter.token()).isEqualTo("1");
                assertThat(cutter.hasNext(']', false)).isFalse();
                cutter.expectEnd();
            }
        }
    }

    @Test
    void cut_byteByByte_isItsBytes() throws IOException {
        String value = "{\"a\":[\"\\\\\",\"\\\"\",{}],\"b\":\"\\u2028\"}";
        JsonCutter cutter = new JsonCutter(Pieces.of(value.getBytes(StandardCharsets.UTF_8), 1));
        assertThat(text(cutter.cut(1000))).isEqualTo(value);
    }

    @Test
    void cut_nested20000Deep_isItsBytes() throws IOException {
        String value = "[{\"a\":".repeat(10_000) + "1" + "}]".repeat(10_000);
        JsonCutter cutter = new JsonCutter(Pieces.of((value + ",").getBytes(StandardCharsets.UTF_8), 4_096));
        assertThat(text(cutter.cut(1_000_000))).isEqualTo(value);
        assertThat(cutter.peek()).isEqualTo(',');
    }

    @Test
    void cut_longerThanWanted_isPassedOverWithoutKeepingIt() throws IOException {
        String value = "{\"x\":\"" + "y".repeat(5_000_000) + "\"}";
        String json = value + "[7]" + "{\"b\":2}";
        for (int most : new int[] {0, 1, 65_535, 65_536, 1_000_000, value.length() - 1}) {
            JsonCutter cutter = new JsonCutter(Pieces.of(json.getBytes(StandardCharsets.UTF_8), 10_000));
            assertThat(cutter.cut(most)).as("most %s", most).isNull();
            assertThat(cutter.token()).isEqualTo("[7]");
            assertThat(text(cutter.cut(most + 10))).isEqualTo("{\"b\":2}");
        }
        JsonCutter cutter = new JsonCutter(Pieces.of(json.getBytes(StandardCharsets.UTF_8), 10_000));
        assertThat(text(cutter.cut(value.length()))).isEqualTo(value);
        assertThat(cutter.token()).isEqualTo("[7]");
    }

    @Test
    void cut_randomValuesInRandomPieces_areTheirBytes() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            StringBuilder json = new StringBuilder();
            String[] values = new String[20];
            for (int i = 0; i < values.length; i++) {
                values[i] = "{\"k\":\"" + "z\\\"".repeat(random.nextInt(40_000) * random.nextInt(2)) + "\"}";
                json.append(values[i]).append(random.nextBoolean() ? "" : "\r\n");
            }
            byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
            JsonCutter cutter = new JsonCutter(Pieces.of(bytes, 1 + random.nextInt(100_000)));
            for (String value : values) {
                assertThat(text(cutter.cut(1_000_000))).isEqualTo(value);
            }
            cutter.expectEnd();
        }
    }

    @Test
    void cut_truncatedAnywhere_fails() {
        byte[] json = "{\"a\":[\"\\\\\",\"\\\"\",{\"b\":null}],\"c\":-1}".getBytes(StandardCharsets.UTF_8);
        for (int end = 0; end < json.length; end++) {
            JsonCutter cutter = new JsonCutter(Pieces.truncatedAt(json, end));
            assertThatThrownBy(() -> cutter.cut(1000))
                    .isInstanceOf(MalformedAnswerException.class)
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void cut_noJson_fails() {
        for (String text : new String[] {"<html>", "}", "]", ",", ":", "'a'", "NaN", "\u0001", "ü"}) {
            JsonCutter cutter = new JsonCutter(text.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> cutter.cut(1000))
                    .isInstanceOf(MalformedAnswerException.class)
                    .hasMessageNotContaining(text);
        }
    }

    @Test
    void name_knownOrNot_isItsPlace() throws IOException {
        byte[] json = "{ \"long name\" : 1 , \"b\":2,\"a\":3,\"\":4,\"long name2\":5}".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= json.length; cut++) {
            JsonCutter cutter = new JsonCutter(Pieces.cutAt(json, cut));
            cutter.expect('{');
            int[] expected = {1, JsonCutter.UNKNOWN, 0, JsonCutter.UNKNOWN, JsonCutter.UNKNOWN};
            for (int i = 0; i < expected.length; i++) {
                assertThat(cutter.hasNext('}', i == 0)).isTrue();
                assertThat(cutter.name(NAMES)).isEqualTo(expected[i]);
                assertThat(cutter.token()).isEqualTo("" + (i + 1));
            }
            assertThat(cutter.hasNext('}', false)).isFalse();
        }
    }

    @Test
    void string_escapes_areResolved() throws IOException {
        assertThat(string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00fC\\ud83d\\ude00\\ud800 ü😀\""))
                .isEqualTo("\"\\/\b\f\n\r\t\u0000ü😀\ud800 ü😀");
        assertThat(string("\"\"")).isEmpty();
        assertThat(string("\"\uFFFD\"")).isEqualTo("\uFFFD");
        for (String malformed : new String[] {"\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u123\""}) {
            assertThatThrownBy(() -> string(malformed)).isInstanceOf(MalformedAnswerException.class);
        }
    }

    @Test
    void string_invalidUtf8_fails() {
        JsonCutter cutter = new JsonCutter(new byte[] {'"', (byte) 0xc3, '"'});
        assertThatThrownBy(cutter::string).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void encode_anyText_decodesToItself() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x300; c++) {
            all.append(c);
        }
        String text = all.append("\u2028\ud800 😀").toString();
        StringBuilder json = new StringBuilder();
        JsonStrings.encode(text, json);
        assertThat(json.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        assertThat(string(json.toString())).isEqualTo(text);
    }

    private static String string(String json) throws IOException {
        return new JsonCutter(json.getBytes(StandardCharsets.UTF_8)).string();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
