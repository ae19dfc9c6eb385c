package dev.docmirror.mapping;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JsonEscapesTest {

    @Test
    void hasUnpairedSurrogate_halfACharacter_isFound() {
        for (String json : List.of(
                "\"\\ud800\"",
                "\"\\uDC00\"",
                "\"\\udfff\"",
                "\"\\udbff x\"",
                "\"\\ud800\\ud800\\udc00\"",
                "\"\\ud83d\\ude00\\ude00\"",
                "\"\\\\\\ud800\"",
                "\"\\ud800\\n\"",
                "{\"\\udc00\":1}")) {
            assertThat(JsonEscapes.hasUnpairedSurrogate(utf8(json))).as(json).isTrue();
        }
    }

    @Test
    void hasUnpairedSurrogate_wholeCharacters_areFine() {
        for (String json : List.of(
                "\"\\ud83d\\ude00\"",
                "\"\\uD83D\\uDE00\\ud83d\\ude00\"",
                "\"\\\\ud800\"",
                "\"\\\\\\\\udc00\"",
                "\"\\ud7ff\\ue000\"",
                "\"\\\"\\u0000\\n\"",
                "\"😀\"",
                "\"\"",
                "12")) {
            assertThat(JsonEscapes.hasUnpairedSurrogate(utf8(json))).as(json).isFalse();
        }
    }

    private static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
