package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableLayout.KeyForm;

/** Whether a live column can hold everything that a mapping may write to it. Wider is fine. */
final class ColumnFit {
    private static final Set<String> TEXTS = Set.of("varchar", "char", "tinytext", "text", "mediumtext", "longtext");
    private static final Set<String> BYTES = Set.of("varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    private static final long TEXT_BYTES = 65_535;
    private static final long LONG_TEXT_BYTES = 4_294_967_295L;
    private static final int MICROSECONDS = 6;
    private static final int HASH_BYTES = 32;

    private ColumnFit() {}

    /** What does not fit, worded to follow the column's name. */
    static Optional<String> difference(ColumnDefinition wanted, LiveTable.Column is) {
        boolean exactBytes = wanted.exact()
                && BYTES.contains(is.type())
                && is.characters() >= wanted.type().length();
        if (!exactBytes && !fits(wanted.type(), is)) {
            return Optional.of(
                    "is " + is.fullType() + ", too narrow or of another type than " + Ddl.type(wanted.type()));
        }
        if (wanted.nullable() && !is.nullable()) {
            return Optional.of("is NOT NULL, but the mapping may write NULL");
        }
        if (wanted.exact() && TEXTS.contains(is.type()) && !isExact(is.collation())) {
            return Optional.of("has collation " + is.collation() + ", which takes different texts for equal");
        }
        return Optional.empty();
    }

    private static boolean fits(ColumnType type, LiveTable.Column is) {
        String live = is.type();
        boolean unsigned = is.fullType().contains("unsigned");
        return switch (type.kind()) {
            case VARCHAR, CHAR -> TEXTS.contains(live) && characters(is) >= type.length();
            case TEXT -> TEXTS.contains(live) && is.characters() >= TEXT_BYTES;
            case LONG_TEXT -> live.equals("longtext") && is.characters() >= LONG_TEXT_BYTES;
            case JSON -> live.equals("json") || live.equals("longtext");
            case ENUM ->
                isEnum(type, is)
                        || (TEXTS.contains(live)
                                && characters(is)
                                        >= type.values().stream()
                                                .mapToInt(String::length)
                                                .max()
                                                .orElse(0));
            case DECIMAL ->
                live.equals("decimal")
                        && is.scale() >= type.scale()
                        && is.precision() - is.scale() >= type.length() - type.scale();
            case BOOLEAN ->
                Set.of("tinyint", "smallint", "mediumint", "int", "bigint").contains(live);
            case INTEGER -> (live.equals("int") || live.equals("bigint")) && !unsigned;
            case BIGINT -> live.equals("bigint") && !unsigned;
            case UNSIGNED_BIGINT -> live.equals("bigint") && unsigned;
            case DATE -> live.equals("date");
            case DATETIME -> live.equals("datetime") && is.precision() >= MICROSECONDS;
            case TIMESTAMP -> (live.equals("timestamp") || live.equals("datetime")) && is.precision() >= MICROSECONDS;
            case BINARY ->
                (live.equals("binary") && is.characters() == type.length())
                        || (BYTES.contains(live) && is.characters() >= type.length());
        };
    }

    /** TEXT columns are limited in bytes, of which a character takes up to four. */
    private static long characters(LiveTable.Column is) {
        return is.type().endsWith("text") ? is.characters() / 4 : is.characters();
    }

    private static boolean isEnum(ColumnType type, LiveTable.Column is) {
        return is.type().equals("enum") && members(is.fullType()).containsAll(lower(type.values()));
    }

    private static List<String> lower(List<String> values) {
        return values.stream().map(value -> value.toLowerCase(Locale.ROOT)).toList();
    }

    /** The members of {@code enum('a','b''c')}. */
    private static List<String> members(String fullType) {
        List<String> members = new ArrayList<>();
        String list = fullType.substring(fullType.indexOf('(') + 2, fullType.lastIndexOf(')') - 1);
        for (String member : list.split("(?<!')','", -1)) {
            members.add(member.replace("''", "'"));
        }
        return members;
    }

    /** Why a column can't tell documents apart by this form of key, worded to follow its name. */
    static Optional<String> keyDifference(KeyForm form, LiveTable.Column is) {
        boolean bytes = BYTES.contains(is.type());
        if (form == KeyForm.SHA_256) {
            boolean fits = (is.type().equals("binary") && is.characters() == HASH_BYTES)
                    || (bytes && is.characters() >= HASH_BYTES);
            return fits ? Optional.empty() : Optional.of("is " + is.fullType() + ", a hashed key needs BINARY(32)");
        }
        if (bytes || (TEXTS.contains(is.type()) && !is.type().equals("char") && isExact(is.collation()))) {
            return Optional.empty();
        }
        String why = is.collation().isEmpty()
                ? "is " + is.fullType()
                : "is " + is.fullType() + " with collation " + is.collation();
        return Optional.of(
                why + ", which takes different ids for equal; the key column needs utf8mb4_0900_bin on MySQL,"
                        + " utf8mb4_nopad_bin on MariaDB");
    }

    /** Binary and without padding, for every character: Abc, abc, abç, a and a-with-a-space are five texts. */
    private static boolean isExact(String collation) {
        return collation.equals("utf8mb4_0900_bin") || collation.equals("utf8mb4_nopad_bin");
    }
}
