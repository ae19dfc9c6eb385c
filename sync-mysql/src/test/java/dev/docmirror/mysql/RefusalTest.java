package dev.docmirror.mysql;

import java.sql.SQLException;

import dev.docmirror.mapping.TableLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RefusalTest {
    private static final TableLayout TABLE = TableLayout.of("notes", "doc_id", "title", "amount");

    /** Messages as MySQL 8.0 and MariaDB 11.4 write them, with their drivers' additions. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1406 | Data truncation: Data too long for column 'title' at row 1 | 1406 too long for column `title`
            1406 | (conn=12) Data too long for column 'TITLE' at row 499 | 1406 too long for column `TITLE`
            1366 | Incorrect decimal value: 'secret' for column `db`.`notes`.`amount` at row 1 | 1366 wrong characters or number for column `amount`
            1048 | Column 'doc_id' cannot be null | 1048 must not be null for column `doc_id`
            3140 | Invalid JSON text: "Missing." at position 3 in value for column 'notes.title'. | 3140 not valid JSON for column `title`
            1062 | Duplicate entry 'secret' for key 'notes.by_cpt' | 1062 duplicate in a unique key of `by_cpt`
            1062 | (conn=3) Duplicate entry 'secret' for key 'by_cpt' | 1062 duplicate in a unique key of `by_cpt`
            4025 | (conn=3) CONSTRAINT `no_minus` failed for `db`.`notes` | 4025 violates a check of `no_minus`
            3819 | Check constraint 'no_minus' is violated. | 3819 violates a check of `no_minus`
            """)
    void of_serversMessage_keepsCodeAndName(int code, String message, String reason) {
        assertThat(refusal(code, message).reason()).isEqualTo(reason + " in table `notes`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1406 | Data too long for column 'secret' at row 1
            1406 | Daten zu lang in Spalte 'title' in Zeile 1 secret
            1366 | Incorrect value: 'x' for column 'title' at row 1' for column 'secret' at row 1
            1366 | Incorrect value: 'secret' for column 'title' at row 1 secret
            1062 | Duplicate entry 'x' for key 'secret'' for key 'not a name'
            1062 | Duplicate entry 'secret' for key 'by-cpt secret'
            1292 | secret
            """)
    void of_messageOfAnotherForm_keepsOnlyTheCode(int code, String message) {
        assertThat(refusal(code, message).reason()).startsWith(code + " ").doesNotContain("secret", "title", "x'");
    }

    private static Refusal refusal(int code, String message) {
        return Refusal.of(new SQLException(message, "23000", code), TABLE);
    }
}
