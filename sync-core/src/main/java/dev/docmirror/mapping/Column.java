package dev.docmirror.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

import static java.util.Objects.requireNonNull;

/**
 * One column of a {@link TableMapping}: its type and where its value comes from. Immutable; each method returns a changed
 * copy.
 *
 * <p>A value is looked for at each JSON pointer (RFC 6901) in turn; missing and {@code null} are the same. The first one
 * found must fit the type exactly, else the document goes to the dead letters: nothing is cut, rounded or converted from
 * another kind of JSON. Without one, the default counts, else NULL, unless the column is required.
 *
 * <ul>
 *   <li>Text comes from JSON strings, at most as many characters (code points) as the column has. An unpaired surrogate is
 *       refused, because no database could give it back.
 *   <li>Times come from ISO 8601 text (without an offset: UTC; a date alone: its first moment in UTC) or from a number of
 *       milliseconds since 1970. Fractions finer than microseconds are dropped, the raw document keeps them.
 *   <li>Decimals and integers come from JSON numbers, decimals from strings of digits, too. {@code 5.0} is the integer 5.
 *   <li>Booleans come from {@code true} and {@code false} only.
 * </ul>
 */
public final class Column {
    private static final FilledBy MAPPER = new FilledBy.Mapper();

    private final String name;
    private final ColumnType type;
    private final List<JsonPointer> pointers;
    private final @Nullable ColumnValue derived;
    private final @Nullable Object fallback;
    private final boolean required;
    private final boolean exact;
    private final FilledBy filledBy;
    private final @Nullable ForeignKey foreignKey;

    private Column(
            String name,
            ColumnType type,
            List<JsonPointer> pointers,
            @Nullable ColumnValue derived,
            @Nullable Object fallback,
            boolean required,
            boolean exact,
            FilledBy filledBy,
            @Nullable ForeignKey foreignKey) {
        TableLayout.identifier("column", name);
        this.name = name;
        this.type = type;
        this.pointers = pointers;
        this.derived = derived;
        this.fallback = fallback;
        this.required = required;
        this.exact = exact;
        this.filledBy = filledBy;
        this.foreignKey = foreignKey;
    }

    /** A column of a type, fed by {@link #from}. */
    public static Column of(String name, ColumnType type) {
        return new Column(name, type, List.of(), null, null, false, false, MAPPER, null);
    }

    /** Text of at most {@code length} characters (VARCHAR). */
    public static Column text(String name, int length) {
        return of(name, ColumnType.of(Kind.VARCHAR, length));
    }

    /** Text of at most 65,535 bytes (TEXT). */
    public static Column text(String name) {
        return of(name, ColumnType.of(Kind.TEXT));
    }

    /** Text of any length (LONGTEXT). */
    public static Column longText(String name) {
        return of(name, ColumnType.of(Kind.LONG_TEXT));
    }

    /** One of some words. */
    public static Column enumeration(String name, String... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("enumeration " + name + ": needs at least one value");
        }
        return of(name, ColumnType.enumeration(List.of(values)));
    }

    /** An exact decimal with {@code digits} digits, {@code scale} of them behind the point. */
    public static Column decimal(String name, int digits, int scale) {
        return of(name, ColumnType.decimal(digits, scale));
    }

    /** True or false. */
    public static Column bool(String name) {
        return of(name, ColumnType.of(Kind.BOOLEAN));
    }

    /** A 32-bit integer. */
    public static Column integer(String name) {
        return of(name, ColumnType.of(Kind.INTEGER));
    }

    /** A 64-bit integer. */
    public static Column bigint(String name) {
        return of(name, ColumnType.of(Kind.BIGINT));
    }

    /** A day, from ISO 8601 text such as {@code 2024-01-15}. */
    public static Column date(String name) {
        return of(name, ColumnType.of(Kind.DATE));
    }

    /** A time of any year from 1000 to 9999 (DATETIME(6)). */
    public static Column dateTime(String name) {
        return of(name, ColumnType.of(Kind.DATETIME));
    }

    /** A time from 1970 to January 2038 (TIMESTAMP(6)). */
    public static Column timestamp(String name) {
        return of(name, ColumnType.of(Kind.TIMESTAMP));
    }

    /** A part of the document as JSON. MySQL reorders its keys and rounds long numbers. */
    public static Column json(String name) {
        return of(name, ColumnType.of(Kind.JSON));
    }

    /** The whole document as JSON. MySQL reorders its keys and rounds long numbers, see {@link #rawText}. */
    public static Column rawDocument(String name) {
        return derived(name, ColumnType.of(Kind.JSON), (document, context) -> new JsonText(document.json()));
    }

    /** The whole document as the exact text the source sent. */
    public static Column rawText(String name) {
        return derived(name, ColumnType.of(Kind.LONG_TEXT), (document, context) -> new JsonText(document.json()));
    }

    /** The revision that is mirrored. */
    public static Column revision(String name) {
        return derived(
                name,
                ColumnType.of(Kind.VARCHAR, 191),
                (document, context) -> document.revision().toString());
    }

    /** A value computed from the document by a pure function; what it gives must fit the type. */
    public static Column derived(String name, ColumnType type, ColumnValue value) {
        return new Column(name, type, List.of(), value, null, false, false, MAPPER, null);
    }

    /** The same value for every document. */
    public static Column constant(String name, ColumnType type, Object value) {
        return derived(name, type, (document, context) -> value).required();
    }

    /** When the row was last written, by the database's clock. Differs in a rebuild. */
    public static Column mirroredAt(String name) {
        return derived(name, ColumnType.of(Kind.TIMESTAMP), (document, context) -> MirrorTime.NOW);
    }

    /** When the row was inserted, by the database's clock. Differs in a rebuild. */
    public static Column createdAt(String name) {
        return filled(name, new FilledBy.Clock(false));
    }

    /** When the row last changed, by the database's clock. Differs in a rebuild. */
    public static Column updatedAt(String name) {
        return filled(name, new FilledBy.Clock(true));
    }

    private static Column filled(String name, FilledBy filledBy) {
        return new Column(name, ColumnType.of(Kind.TIMESTAMP), List.of(), null, null, false, false, filledBy, null);
    }

    /** Where the value is, in order of preference, as JSON pointers such as {@code /patient/cpt}. */
    public Column from(String... jsonPointers) {
        if (derived != null || !(filledBy instanceof FilledBy.Mapper)) {
            throw new IllegalArgumentException("column " + name + ": has a value already, from() does not apply");
        }
        List<JsonPointer> parsed = Arrays.stream(jsonPointers)
                .map(text -> Pointers.parse(name, text))
                .toList();
        return new Column(name, type, parsed, null, fallback, required, exact, filledBy, foreignKey);
    }

    /** The value where the document has none; the column becomes NOT NULL with this default. */
    public Column orElse(Object value) {
        Object fitted = fitted(value);
        FilledBy constant =
                new FilledBy.Constant(value instanceof Boolean flag ? (flag ? "1" : "0") : value.toString());
        return new Column(name, type, pointers, derived, fitted, required, exact, constant, foreignKey);
    }

    private Object fitted(Object value) {
        try {
            return requireNonNull(ColumnFit.check(type, value));
        } catch (UnfitValue e) {
            throw new IllegalArgumentException("column " + name + ": default " + e.getMessage(), e);
        }
    }

    /** Without a value the document goes to the dead letters; the column becomes NOT NULL. */
    public Column required() {
        return new Column(name, type, pointers, derived, fallback, true, exact, filledBy, foreignKey);
    }

    /** Text compares by its exact characters: upper and lower case, accents and trailing spaces differ. */
    public Column exact() {
        return new Column(name, type, pointers, derived, fallback, required, true, filledBy, foreignKey);
    }

    /** The column refers to another table's column (a foreign key). */
    public Column references(String table, String column) {
        ForeignKey reference = new ForeignKey(name, table, column);
        return new Column(name, type, pointers, derived, fallback, required, exact, filledBy, reference);
    }

    String name() {
        return name;
    }

    ColumnType type() {
        return type;
    }

    /** Whether the mapper gives the value. */
    boolean isMapped() {
        return !(filledBy instanceof FilledBy.Clock);
    }

    Optional<ForeignKey> foreignKey() {
        return Optional.ofNullable(foreignKey);
    }

    ColumnDefinition definition() {
        return new ColumnDefinition(name, type, !required && fallback == null, exact, filledBy);
    }

    /** @param node the document, or an element of an array in it */
    @Nullable
    Object value(Document document, JsonNode node, MappingContext context) {
        Object value = fallback;
        try {
            if (derived != null) {
                Object computed = ColumnFit.check(type, derived.of(document, context));
                value = computed == null ? fallback : computed;
            } else {
                for (JsonPointer pointer : pointers) {
                    JsonNode found = node.at(pointer);
                    if (!found.isMissingNode() && !found.isNull()) {
                        value = JsonConversion.convert(type, found);
                        break;
                    }
                }
            }
        } catch (UnfitValue e) {
            throw new MappingException(document.id(), "column `" + name + "`: " + e.getMessage());
        }
        if (value == null && required) {
            throw new MappingException(
                    document.id(), "column `" + name + "`: required, but missing or null at " + where());
        }
        return value;
    }

    private String where() {
        return derived != null ? "its rule" : Pointers.text(pointers);
    }
}
