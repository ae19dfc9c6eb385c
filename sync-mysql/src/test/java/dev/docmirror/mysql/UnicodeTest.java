package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.docmirror.change.DocumentId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnicodeTest {
    private static final List<String> BROKEN =
            List.of("\ud800", "\udc00", "a\ud800", "\ud800a", "\udc00\ud800", "\ud83d\ud83d\ude00");
    private static final List<String> WHOLE = List.of("", "a", "ü", "漢", "😀", "a😀b", "\u0000", "\ufffd");

    @Test
    void wellFormed_text_tellsLoneSurrogates() {
        assertThat(WHOLE).allMatch(Unicode::wellFormed);
        assertThat(BROKEN).noneMatch(Unicode::wellFormed);
    }

    @Test
    void bytes_anyText_isUtf8WherePossibleAndAlwaysDiffers() {
        assertThat(WHOLE).allMatch(text -> new String(Unicode.bytes(text), StandardCharsets.UTF_8).equals(text));
        assertThat(BROKEN.stream().map(DocumentId::of).map(DocKey::of).distinct())
                .hasSize(BROKEN.size());
        assertThat(DocKey.of(DocumentId.of("\ud800"))).isNotEqualTo(DocKey.of(DocumentId.of("?")));
    }

    @Test
    void repaired_text_isWellFormedAndOtherwiseTheSame() {
        assertThat(WHOLE).allMatch(text -> Unicode.repaired(text).equals(text));
        assertThat(Unicode.repaired("a\ud800b😀")).isEqualTo("a\ufffdb😀");
    }

    @Test
    void wellFormed_bytes_tellsWhatIsNoUtf8() {
        assertThat(WHOLE).allMatch(text -> Unicode.wellFormed(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(List.of(new byte[] {(byte) 0xC3}, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {
                    (byte) 0xFF
                }))
                .noneMatch(Unicode::wellFormed);
    }

    @Test
    void wellFormed_oneBrokenByteAmongMany_isFoundWhereverItStands() {
        for (int length = 1; length < 20; length++) {
            for (int at = 0; at < length; at++) {
                byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
                assertThat(Unicode.wellFormed(bytes)).isTrue();
                bytes[at] = (byte) 0xFF;
                assertThat(Unicode.wellFormed(bytes))
                        .as("byte %d of %d", at, length)
                        .isFalse();
            }
        }
    }
}
