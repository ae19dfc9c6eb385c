package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MappingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns rows that the host read in its own transaction into the document they stand for, as a {@link TableMapping}
 * describes them, to be given to the queue as a {@link dev.docmirror.queue.SyncOperation}. Mapping the document again
 * gives the same values. Immutable and thread-safe.
 *
 * <pre>{@code
 * ReverseMapping reverse = ReverseMapping.of(prescriptions, "raw_document");
 * ObjectNode patch = reverse.mergePatch(id, row, Map.of("medications", medications));
 * queue.enqueue(SyncOperation.patch("prescription", id, patch).onRevision(mirrored));
 * }</pre>
 *
 * <p>Each column is written to the first of its pointers, NULL not at all. Columns without a place in the document do
 * not count: the key, the revision, times of the database's clock, what other programs fill. What is computed from a
 * document can't be turned back: such columns have to be left out {@linkplain #of by name}.
 *
 * <p>A row holds, by column name without regard to case: text as {@link String}, numbers as any exact {@link Number},
 * booleans as {@link Boolean} or 0 and 1, days as {@link java.time.LocalDate}, times as {@link java.time.Instant} or as
 * {@link java.time.LocalDateTime} in UTC, JSON as its text. Nothing else is taken: a {@link java.util.Date} means another
 * time in another JVM.
 */
public final class ReverseMapping {
    private final TableMapping mapping;
    private final Set<String> left;
    private final Set<String> millis;
    private final ReverseRow row;
    private final List<Children> children = new ArrayList<>();

    private record Children(String table, JsonPointer array, ReverseRow row) {}

    private ReverseMapping(TableMapping mapping, Set<String> left, Set<String> millis) {
        this.mapping = mapping;
        this.left = left;
        this.millis = millis;
        List<JsonPointer> arrays =
                mapping.children().stream().map(ChildMapping::array).toList();
        String table = mapping.row().layout().table();
        this.row =
                ReverseRow.of(table, mapping.row().columns(), this::isLeft, this::isMillis, arrays, Optional.empty());
        for (ChildMapping child : mapping.children()) {
            String name = child.layout().table();
            children.add(new Children(
                    name,
                    child.array(),
                    ReverseRow.of(
                            name,
                            child.row().columns(),
                            this::isLeft,
                            this::isMillis,
                            List.of(),
                            Optional.of(row.places()))));
        }
    }

    private boolean isLeft(String table, String column) {
        return left.contains(key(table, column));
    }

    private boolean isMillis(String table, String column) {
        return millis.contains(key(table, column));
    }

    private static String key(String table, String column) {
        return (table + "." + column).toLowerCase(Locale.ROOT);
    }

    /**
     * The inverse of a mapping.
     *
     * @param without columns that are not to be in the document, of a child table as {@code table.column}: those that are
     *     computed have to be named here, also identities, for whose external id the host asks
     *     {@link dev.docmirror.identity.IdentityLinks#find}
     * @throws IllegalArgumentException naming each column that can't be turned back, and why
     */
    public static ReverseMapping of(TableMapping mapping, String... without) {
        return new ReverseMapping(mapping, names(mapping, without), Set.of());
    }

    /**
     * Time columns that the document has as milliseconds since 1970, of a child table as {@code table.column}. Default:
     * ISO 8601 text in UTC.
     */
    public ReverseMapping millis(String... columns) {
        Set<String> all = new HashSet<>(millis);
        all.addAll(names(mapping, columns));
        return new ReverseMapping(mapping, left, all);
    }

    private static Set<String> names(TableMapping mapping, String... columns) {
        Set<String> known = new HashSet<>();
        mapping.tables()
                .forEach(table -> table.columns().forEach(column -> known.add(key(table.name(), column.name()))));
        String table = mapping.row().layout().table();
        Set<String> names = new HashSet<>();
        Arrays.stream(columns).forEach(column -> {
            String name = column.contains(".") ? column.toLowerCase(Locale.ROOT) : key(table, column);
            if (!known.contains(name)) {
                throw new IllegalArgumentException("column " + column + ": is none of " + table);
            }
            names.add(name);
        });
        return names;
    }

    /**
     * The whole document, without {@code _id} and {@code _rev}: for a host that owns all of it. What the mapping does not
     * know of the document is not there.
     *
     * @param id of the document, for errors
     * @param parent the row
     * @param childRows the rows of each child table, by its name, in their order
     * @throws MappingException if a column is missing in a row, or has a value that its document could not have given it
     */
    public ObjectNode document(
            DocumentId id,
            Map<String, ? extends @Nullable Object> parent,
            Map<String, ? extends List<? extends Map<String, ? extends @Nullable Object>>> childRows) {
        return turn(id, parent, childRows, false);
    }

    /**
     * What to change in the document, as a JSON merge patch (RFC 7396): fields the mapping does not know stay as they are,
     * NULL takes a field out, wherever the mapping looks for it. Arrays, those of child rows too, are replaced whole; an
     * object in a JSON column is refused, because a merge patch leaves in it what the row does not have.
     *
     * @see #document
     */
    public ObjectNode mergePatch(
            DocumentId id,
            Map<String, ? extends @Nullable Object> parent,
            Map<String, ? extends List<? extends Map<String, ? extends @Nullable Object>>> childRows) {
        return turn(id, parent, childRows, true);
    }

    private ObjectNode turn(
            DocumentId id,
            Map<String, ? extends @Nullable Object> parent,
            Map<String, ? extends List<? extends Map<String, ? extends @Nullable Object>>> childRows,
            boolean patch) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        try {
            row.write(parent, document, patch);
        } catch (UnfitValue e) {
            throw refusal(id, mapping.row().layout().table(), "", e);
        }
        Map<String, List<? extends Map<String, ? extends @Nullable Object>>> given = new LinkedHashMap<>(childRows);
        for (Children child : children) {
            List<? extends Map<String, ? extends @Nullable Object>> rows = given.remove(child.table());
            if (rows == null) {
                throw new MappingException(id, "table `" + child.table() + "`: its rows are missing");
            }
            ReverseRow.put(document, child.array(), elements(id, child, rows));
        }
        if (!given.isEmpty()) {
            throw new MappingException(id, "tables " + given.keySet() + ": are no child tables of the mapping");
        }
        return document;
    }

    private static ArrayNode elements(
            DocumentId id, Children child, List<? extends Map<String, ? extends @Nullable Object>> rows) {
        ArrayNode elements = JsonNodeFactory.instance.arrayNode();
        for (Map<String, ? extends @Nullable Object> each : rows) {
            try {
                elements.add(child.row().element(each));
            } catch (UnfitValue e) {
                throw refusal(id, child.table(), ", row " + elements.size(), e);
            }
        }
        return elements;
    }

    private static MappingException refusal(DocumentId id, String table, String where, UnfitValue e) {
        return new MappingException(id, "table `" + table + "`" + where + ": " + e.getMessage());
    }
}
