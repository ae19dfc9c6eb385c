package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;

/**
 * The server wrote a row, but not the value it was given: strict mode still cuts digits behind a decimal point and
 * spaces at the end of a text, and only notes it.
 */
final class AlteredValueException extends SQLException {
    private static final long serialVersionUID = 1;

    private AlteredValueException(SQLWarning warning) {
        super(warning.getMessage(), warning.getSQLState(), warning.getErrorCode());
    }

    /** Costs a round trip only where the answer told of warnings. */
    static void check(PreparedStatement executed) throws SQLException {
        for (SQLWarning warning = executed.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (Failures.isData(warning)) {
                throw new AlteredValueException(warning);
            }
        }
    }
}
