package dev.docmirror.mysql;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in a server's messages. The messages quote values, so a name is taken only from its fixed place and only if it
 * has the form of an identifier and, for a column, is one that was written.
 */
final class Named {
    private static final String NAME = "([A-Za-z0-9_$]{1,64})";
    private static final String QUALIFIED = "(?:`?[A-Za-z0-9_$]{1,64}`?\\.){0,2}`?" + NAME + "`?";

    private static final Pattern AT_ROW = Pattern.compile("for column '?" + QUALIFIED + "'? at row \\d{1,9}$");
    private static final Pattern IN_VALUE = Pattern.compile("in value for column '" + QUALIFIED + "'\\.$");
    private static final Pattern NOT_NULL = Pattern.compile("Column '" + NAME + "' cannot be null$");
    private static final Pattern NO_DEFAULT = Pattern.compile("Field '" + NAME + "' doesn't have a default value$");
    private static final Pattern UNKNOWN = Pattern.compile("Unknown column '" + QUALIFIED + "' in '[A-Z a-z]{1,20}'$");
    private static final Pattern[] COLUMN = {AT_ROW, IN_VALUE, NOT_NULL, NO_DEFAULT, UNKNOWN};

    private static final Pattern DUPLICATE = Pattern.compile("' for key '" + QUALIFIED + "'$");
    private static final Pattern CHECK = Pattern.compile("Check constraint '" + NAME + "' is violated\\.$");
    private static final Pattern CONSTRAINT =
            Pattern.compile("CONSTRAINT `" + NAME + "` failed for `[^`]*`\\.`[^`]*`$");
    private static final Pattern TABLE = Pattern.compile("[Tt]able '" + QUALIFIED + "'(?: doesn't exist)?$");

    private Named() {}

    /** @param known tells the columns that can be meant */
    static Optional<String> column(SQLException e, Predicate<String> known) {
        String message = message(e);
        for (Pattern pattern : COLUMN) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return Optional.of(matcher.group(1)).filter(known);
            }
        }
        return Optional.empty();
    }

    /** The unique key or the check that refused a row. */
    static Optional<String> constraint(SQLException e) {
        String message = message(e);
        return switch (e.getErrorCode()) {
            case Failures.DUPLICATE -> first(DUPLICATE, message);
            case 3819 -> first(CHECK, message);
            case 4025 -> first(CONSTRAINT, message);
            default -> Optional.empty();
        };
    }

    static Optional<String> table(SQLException e) {
        return first(TABLE, message(e));
    }

    private static Optional<String> first(Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String message(SQLException e) {
        String message = e.getMessage();
        return message == null ? "" : message;
    }
}
