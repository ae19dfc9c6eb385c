package dev.docmirror.change;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RevisionTest {
    private static final String LOW = "00000000000000000000000000000001";
    private static final String HIGH = "ff000000000000000000000000000000";

    @Test
    void order_generations_compareAsNumbers() {
        assertThat(Revision.of("10-" + LOW)).isGreaterThan(Revision.of("9-" + HIGH));
    }

    @Test
    void order_hashesOfOneGeneration_compareByUnsignedBytes() {
        assertThat(Revision.of("2-" + HIGH)).isGreaterThan(Revision.of("2-" + LOW));
    }

    @Test
    void order_hashThatIsNoHex_comparesByItsCharacters() {
        // 32 hexadecimal digits are 16 bytes, here 0xff…; "z" is one byte, 0x7a.
        assertThat(Revision.of("2-" + HIGH)).isGreaterThan(Revision.of("2-z"));
    }

    @Test
    void text_roundTrips() {
        assertThat(Revision.of("123-a-b").toString()).isEqualTo("123-a-b");
    }

    @Test
    void of_malformedText_isRefusedWithoutRepeatingIt() {
        for (String text : new String[] {"", "1", "-a", "x-a", "0-a", "1-", "99999999999999999999-a"}) {
            assertThatThrownBy(() -> Revision.of(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("revision: must be <generation>-<hash>");
        }
    }
}
