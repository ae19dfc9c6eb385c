package dev.docmirror.mysql;

import java.sql.SQLException;
import java.util.Optional;

import dev.docmirror.mapping.TableLayout;

/**
 * Why a document's rows can't be written: an error code with the name of a column or key, never a value.
 *
 * @param reason for people
 * @param relational whether it depends on other rows
 */
record Refusal(String reason, boolean relational) {

    static Refusal of(String reason) {
        return new Refusal(reason, false);
    }

    static Refusal of(SQLException e, TableLayout layout) {
        Optional<String> column = Named.column(
                e,
                name -> name.equalsIgnoreCase(layout.keyColumn())
                        || layout.columns().stream().anyMatch(name::equalsIgnoreCase));
        String where = column.map(name -> " for column `" + name + "`")
                .or(() -> Named.constraint(e).map(name -> " of `" + name + "`"))
                .orElse("");
        String meaning = Failures.isPacketTooBig(e)
                ? "1153 larger than max_allowed_packet"
                : e.getErrorCode() + " " + meaning(e);
        String reason = meaning + where + " in table `" + layout.table() + "`";
        return new Refusal(reason, Failures.isRelational(e));
    }

    private static String meaning(SQLException e) {
        return switch (e.getErrorCode()) {
            case 1406 -> "too long";
            case 1264, 1690, 1441, 1367 -> "out of range";
            case 1265 -> "would be truncated";
            case 1292, 1411, 1525 -> "not a valid value";
            case 1366, 1300 -> "wrong characters or number";
            case 1048 -> "must not be null";
            case 1364 -> "no value and no default";
            case Failures.DUPLICATE, 1169, 1586 -> "duplicate in a unique key";
            case 3819, 4025 -> "violates a check";
            case 1452, 1216 -> "refers to a row that does not exist";
            case 1451, 1217 -> "another row refers to it";
            case 1153 -> "larger than max_allowed_packet";
            case 1118 -> "row too large";
            case 1644 -> "refused by a trigger";
            case 3140, 3141, 3144, 3146 -> "not valid JSON";
            case 3157, 4038 -> "JSON nested too deep";
            default -> "refused with state " + ServerFailure.state(e);
        };
    }
}
