package dev.docmirror.mapping;

import java.util.Collections;
import java.util.List;

import dev.docmirror.mapping.ColumnType.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ColumnTypeTest {

    @Test
    void of_lengthNoDatabaseHas_isNamed() {
        assertRefused(() -> ColumnType.of(Kind.VARCHAR), "length of VARCHAR: must be 1 to 16383, was 0");
        assertRefused(() -> ColumnType.of(Kind.VARCHAR, 16_384), "was 16384");
        assertRefused(() -> ColumnType.of(Kind.CHAR, 256), "length of CHAR: must be 1 to 255, was 256");
        assertRefused(() -> ColumnType.of(Kind.BINARY), "length of BINARY");
        assertThat(ColumnType.of(Kind.VARCHAR, 16_383).length()).isEqualTo(16_383);
    }

    @Test
    void decimal_digitsNoDatabaseHas_areNamed() {
        assertRefused(() -> ColumnType.decimal(0, 0), "digits of DECIMAL: must be 1 to 65, was 0");
        assertRefused(() -> ColumnType.decimal(66, 2), "was 66");
        assertRefused(() -> ColumnType.decimal(2, 3), "scale of DECIMAL: must be 0 to 2, was 3");
        assertRefused(() -> ColumnType.decimal(40, 31), "must be 0 to 30, was 31");
        assertThat(ColumnType.decimal(65, 30).scale()).isEqualTo(30);
    }

    @Test
    void enumeration_membersThatTheDatabaseTakesForEqualOrAlters_areRefused() {
        assertRefused(() -> ColumnType.enumeration(List.of()), "needs at least one");
        assertRefused(() -> ColumnType.enumeration(List.of("a", "A")), "must differ");
        assertRefused(() -> ColumnType.enumeration(List.of("a ")), "not end in a space");
        assertRefused(
                () -> ColumnType.enumeration(List.of(String.join("", Collections.nCopies(256, "a")))),
                "at most 255 characters");
    }

    private static void assertRefused(Runnable action, String rule) {
        assertThatThrownBy(action::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }
}
