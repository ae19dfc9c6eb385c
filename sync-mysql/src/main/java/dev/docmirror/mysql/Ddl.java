package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;

/** Writes {@code CREATE TABLE} from a definition. */
final class Ddl {
    private final TableDefinition table;
    private final MySqlDialect dialect;

    Ddl(TableDefinition table, MySqlDialect dialect) {
        this.table = table;
        this.dialect = dialect;
    }

    String createTable() {
        List<String> lines = new ArrayList<>();
        table.columns().forEach(column -> lines.add(Sql.name(column.name()) + " " + column(column, dialect)));
        if (!table.primaryKey().isEmpty()) {
            lines.add("PRIMARY KEY " + names(table.primaryKey()));
        }
        table.uniqueKeys().forEach(key -> lines.add("UNIQUE KEY " + names(key)));
        table.indexes().forEach(index -> lines.add("KEY " + names(index)));
        table.foreignKeys()
                .forEach(key -> lines.add("FOREIGN KEY (" + Sql.name(key.column()) + ") REFERENCES "
                        + Sql.name(key.table()) + " (" + Sql.name(key.referenced()) + ")"));
        return "CREATE TABLE " + Sql.name(table.name()) + " (\n  " + String.join(",\n  ", lines)
                + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC";
    }

    private static String names(List<String> columns) {
        return columns.stream().map(Sql::name).collect(Collectors.joining(", ", "(", ")"));
    }

    /** The type of a column with all its attributes. */
    static String column(ColumnDefinition column, MySqlDialect dialect) {
        StringBuilder out = new StringBuilder(type(column.type()));
        if (column.exact() && isText(column.type().kind())) {
            out.append(" CHARACTER SET utf8mb4 COLLATE ").append(dialect.exactCollation());
        }
        // Without NULL, older servers make a TIMESTAMP NOT NULL with a default of their own.
        out.append(column.nullable() ? " NULL" : " NOT NULL");
        return out.append(filler(column)).toString();
    }

    private static String filler(ColumnDefinition column) {
        FilledBy filler = column.filledBy();
        if (filler instanceof FilledBy.Counter) {
            return " AUTO_INCREMENT";
        }
        if (filler instanceof FilledBy.Clock clock) {
            return " DEFAULT CURRENT_TIMESTAMP(6)" + (clock.onUpdate() ? " ON UPDATE CURRENT_TIMESTAMP(6)" : "");
        }
        if (filler instanceof FilledBy.Constant constant) {
            return " DEFAULT " + text(constant.literal());
        }
        return "";
    }

    static boolean isText(ColumnType.Kind kind) {
        return switch (kind) {
            case VARCHAR, CHAR, TEXT, LONG_TEXT -> true;
            default -> false;
        };
    }

    static String type(ColumnType type) {
        return switch (type.kind()) {
            case VARCHAR -> "VARCHAR(" + type.length() + ")";
            case CHAR -> "CHAR(" + type.length() + ")";
            case TEXT -> "TEXT";
            case LONG_TEXT -> "LONGTEXT";
            case JSON -> "JSON";
            case ENUM -> type.values().stream().map(Ddl::text).collect(Collectors.joining(",", "ENUM(", ")"));
            case DECIMAL -> "DECIMAL(" + type.length() + "," + type.scale() + ")";
            case BOOLEAN -> "TINYINT(1)";
            case INTEGER -> "INT";
            case BIGINT -> "BIGINT";
            case UNSIGNED_BIGINT -> "BIGINT UNSIGNED";
            case DATE -> "DATE";
            case DATETIME -> "DATETIME(6)";
            case TIMESTAMP -> "TIMESTAMP(6)";
            case BINARY -> "BINARY(" + type.length() + ")";
        };
    }

    /** A text literal, right under every sql_mode: a quote is doubled and there is no backslash to be read as one. */
    private static String text(String value) {
        if (value.indexOf('\\') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a default or a member of an ENUM must not have a backslash or a NUL");
        }
        return "'" + value.replace("'", "''") + "'";
    }
}
