package dev.docmirror.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

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
 *   <li>Dates come from ISO 8601 text without a time of day.
 *   <li>Decimals and integers come from JSON numbers, decimals from strings of digits, too. {@code 5.0} is the integer 5.
 *   <li>Booleans come from {@code true} and {@code false} only.
 *   <li>JSON is any part of the document but {@code null}; its numbers keep their exact value.
 * </ul>
 */
public final class Column {
    private static final ColumnSource.Fields NOWHERE = new ColumnSource.Fields(List.of(), false);
    private static final int REVISION_LENGTH = 191;
    private static final int IDENTITY_LENGTH = 64;

    private final String name;
    private final ColumnType type;
    private final ColumnSource source;
    private final @Nullable Object fallback;
    private final boolean required;
    private final boolean nullable;
    private final boolean exact;
    private final @Nullable ForeignKey foreignKey;

    private Column(
            String name,
            ColumnType type,
            ColumnSource source,
            @Nullable Object fallback,
            boolean required,
            boolean nullable,
            boolean exact,
            @Nullable ForeignKey foreignKey) {
        TableLayout.identifier("column", name);
        this.name = name;
        this.type = type;
        this.source = source;
        this.fallback = fallback;
        this.required = required;
        this.nullable = nullable;
        this.exact = exact;
        this.foreignKey = foreignKey;
    }

    static Column of(String name, ColumnType type, ColumnSource source) {
        return new Column(name, type, source, null, false, true, false, null);
    }

    /** A column of a type, fed by {@link #from}. */
    public static Column of(String name, ColumnType type) {
        return of(name, type, NOWHERE);
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

    /**
     * The whole document as JSON, as the source stores it: an encrypted one stays encrypted. MySQL reorders its keys and
     * rounds long numbers, see {@link #rawText}.
     */
    public static Column rawDocument(String name) {
        return derived(name, ColumnType.of(Kind.JSON), (document, context) -> new JsonText(document.json()));
    }

    /** The whole document, byte for byte, as the source stores it: an encrypted one stays encrypted. */
    public static Column rawText(String name) {
        return derived(name, ColumnType.of(Kind.LONG_TEXT), (document, context) -> new JsonText(document.json()));
    }

    /** The whole document as JSON, decrypted; otherwise like {@link #rawDocument}. */
    public static Column plainDocument(String name) {
        return derived(name, ColumnType.of(Kind.JSON), (document, context) -> new JsonText(document.plainJson()));
    }

    /** The revision that is mirrored; where a deletion is soft, the tombstone's. */
    public static Column revision(String name) {
        ColumnValue revision = (document, context) -> document.revision().toString();
        return of(name, ColumnType.of(Kind.VARCHAR, REVISION_LENGTH), new ColumnSource.Rule(revision, true));
    }

    /**
     * The {@link dev.docmirror.identity.IdentityId} of the person or thing that an external id in the document names, see
     * {@link #from}. An id is text or a whole number. One of no known identity is NULL, unless the column is
     * {@link #required}, has a default, or has it {@linkplain #linkUnknown linked}. Needs
     * {@link dev.docmirror.SyncWorker.Builder#identities}.
     *
     * @param system whose ids they are, as in {@link dev.docmirror.identity.ExternalId}
     */
    public static Column identity(String name, String system) {
        ExternalId.of(system, "checks the name");
        ColumnType type = ColumnType.of(Kind.VARCHAR, IDENTITY_LENGTH);
        return of(name, type, new ColumnSource.Names(system, false, NOWHERE)).exact();
    }

    /** A value computed from the document by a pure function; what it gives must fit the type. */
    public static Column derived(String name, ColumnType type, ColumnValue value) {
        return of(name, type, new ColumnSource.Rule(value, false));
    }

    /** The same value for every document. */
    public static Column constant(String name, ColumnType type, Object value) {
        Object fitted = ColumnFit.configured(name, type, value);
        return derived(name, type, (document, context) -> fitted).required();
    }

    /** When the row was last written, by the database's clock. Differs in a rebuild. */
    public static Column mirroredAt(String name) {
        ColumnValue now = (document, context) -> MirrorTime.NOW;
        return of(name, ColumnType.of(Kind.TIMESTAMP), new ColumnSource.Rule(now, true));
    }

    /** When the row was inserted, by the database's clock. Differs in a rebuild. */
    public static Column createdAt(String name) {
        return of(name, ColumnType.of(Kind.TIMESTAMP), new ColumnSource.Clock(false));
    }

    /** When the row last changed, by the database's clock. Differs in a rebuild. */
    public static Column updatedAt(String name) {
        return of(name, ColumnType.of(Kind.TIMESTAMP), new ColumnSource.Clock(true));
    }

    /**
     * Where the value is, in order of preference, as JSON pointers such as {@code /patient/cpt}. Required for every column
     * whose factory does not say where its value comes from.
     */
    public Column from(String... jsonPointers) {
        return from(false, jsonPointers);
    }

    /** Like {@link #from}, but in a child table, too, the pointers start at the document, not at the element. */
    public Column fromDocument(String... jsonPointers) {
        return from(true, jsonPointers);
    }

    private Column from(boolean ofDocument, String... jsonPointers) {
        List<JsonPointer> parsed = Arrays.stream(jsonPointers)
                .map(text -> Pointers.parse("column " + name, text))
                .toList();
        ColumnSource.Fields fields = new ColumnSource.Fields(parsed, ofDocument);
        if (source instanceof ColumnSource.Names names) {
            return with(new ColumnSource.Names(names.system(), names.linkUnknown(), fields));
        }
        if (!(source instanceof ColumnSource.Fields)) {
            throw new IllegalArgumentException("column " + name + ": has a value already, from() does not apply");
        }
        return with(fields);
    }

    /** An external id that nobody knows is linked to a new identity, when a document with it is mirrored. */
    public Column linkUnknown() {
        if (!(source instanceof ColumnSource.Names names)) {
            throw new IllegalArgumentException("column " + name + ": is no identity, linkUnknown() does not apply");
        }
        return with(new ColumnSource.Names(names.system(), true, names.fields()));
    }

    /** Other programs fill the column: it is part of the table, but never written. */
    public Column unmapped() {
        if (source != NOWHERE) {
            throw new IllegalArgumentException("column " + name + ": has a value, unmapped() does not apply");
        }
        return with(new ColumnSource.Others());
    }

    private Column with(ColumnSource changed) {
        return new Column(name, type, changed, fallback, required, nullable, exact, foreignKey);
    }

    /**
     * The value where the document has none. The column becomes NOT NULL and this its default in the database, but for
     * TEXT, LONGTEXT and JSON, which can't have one there. JSON is given as its text.
     *
     * @throws IllegalArgumentException if the value does not fit the type
     */
    public Column orElse(Object value) {
        return new Column(
                name, type, source, ColumnFit.configured(name, type, value), required, false, exact, foreignKey);
    }

    /** Without a value the document goes to the dead letters; the column becomes NOT NULL. */
    public Column required() {
        return new Column(name, type, source, fallback, true, false, exact, foreignKey);
    }

    /** The column may be NULL in rows that other programs write, though the mapping always has a value for it. */
    public Column nullable() {
        return new Column(name, type, source, fallback, required, true, exact, foreignKey);
    }

    /** Text compares by its exact characters: upper and lower case, accents and trailing spaces differ. */
    public Column exact() {
        return new Column(name, type, source, fallback, required, nullable, true, foreignKey);
    }

    /** The column refers to another table's column (a foreign key). */
    public Column references(String table, String column) {
        ForeignKey reference = new ForeignKey(name, table, column);
        return new Column(name, type, source, fallback, required, nullable, exact, reference);
    }

    String name() {
        return name;
    }

    ColumnType type() {
        return type;
    }

    ColumnSource source() {
        return source;
    }

    /** Whether the mapper gives the value. */
    boolean isMapped() {
        return fields().isPresent() || source instanceof ColumnSource.Rule;
    }

    private Optional<ColumnSource.Fields> fields() {
        if (source instanceof ColumnSource.Names names) {
            return Optional.of(names.fields());
        }
        return source instanceof ColumnSource.Fields fields ? Optional.of(fields) : Optional.empty();
    }

    /** Whether it needs identities. */
    boolean isIdentity() {
        return source instanceof ColumnSource.Names;
    }

    /** Whose identity it needs for a row, if any. */
    Optional<IdentityRequest> request(Document document, JsonNode node) {
        return source instanceof ColumnSource.Names names ? names.request(document, node) : Optional.empty();
    }

    /** Whether a soft delete writes it, too. */
    boolean isOfVersion() {
        return source instanceof ColumnSource.Rule rule && rule.ofVersion();
    }

    Optional<ForeignKey> foreignKey() {
        return Optional.ofNullable(foreignKey);
    }

    /** Fails where the column can't get a value. */
    ColumnDefinition definition() {
        if (fields().isPresent() && fields().get().pointers().isEmpty()) {
            throw new IllegalArgumentException("column " + name + ": needs from(...), or unmapped()");
        }
        FilledBy filledBy = filledBy();
        if (source instanceof ColumnSource.Others && !nullable && filledBy instanceof FilledBy.Mapper) {
            throw new IllegalArgumentException(
                    "column " + name + ": is unmapped, so it must allow NULL or have a default");
        }
        return new ColumnDefinition(name, type, nullable, exact, filledBy);
    }

    private FilledBy filledBy() {
        if (source instanceof ColumnSource.Clock clock) {
            return new FilledBy.Clock(clock.onUpdate());
        }
        return fallback == null
                ? new FilledBy.Mapper()
                : ColumnFit.literal(type, fallback)
                        .<FilledBy>map(FilledBy.Constant::new)
                        .orElseGet(FilledBy.Mapper::new);
    }

    /**
     * @param node the document, or an element of an array in it
     * @throws UnfitValue naming the rule and the pointer
     */
    @Nullable
    Object value(Document document, JsonNode node, MappingContext context) {
        Object value = found(document, node, context);
        value = value == null ? fallback : value;
        if (value == null && required) {
            throw new UnfitValue("required, but missing or null" + source.where());
        }
        return value;
    }

    private @Nullable Object found(Document document, JsonNode node, MappingContext context) {
        if (source instanceof ColumnSource.Fields fields) {
            return fields.value(type, fields.start(document, node));
        }
        if (source instanceof ColumnSource.Names names) {
            return names.value(document, node, context);
        }
        return source instanceof ColumnSource.Rule rule ? rule.value(type, document, context) : null;
    }
}
