package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Columns of docmirror's own tables of type {@code DATETIME(6)}, as UTC text: no driver's time zone is in between. */
final class Times {
    private Times() {}

    /** A column's text, to be read by {@link #read}. */
    static String text(String column) {
        return "CAST(" + column + " AS CHAR)";
    }

    /** The time that a column's text says; empty for NULL. */
    static Optional<Instant> read(ResultSet row, String label) throws SQLException {
        String text = row.getString(label);
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text.replace(' ', 'T') + "Z"));
    }

    /** What a column takes: the time cut to the microsecond, or null if it is outside of what the column can hold. */
    static @Nullable String column(Optional<Instant> time) {
        return time.filter(Values::isInRange).map(Values::text).orElse(null);
    }

    /** As precise as a column keeps it. */
    static Instant micros(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    /** A time to compare a column with: whatever is before the given time in the column is before this one. */
    static String bound(Instant time) {
        if (!Values.isInRange(time)) {
            return Values.text(Values.closestInRange(time));
        }
        Instant micros = time.truncatedTo(ChronoUnit.MICROS);
        Instant next = micros.plus(1, ChronoUnit.MICROS);
        return Values.text(micros.equals(time) || !Values.isInRange(next) ? micros : next);
    }
}
