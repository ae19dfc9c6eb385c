package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The columns of one table that have a place in the document, or in an element of an array in it. */
final class ReverseRow {
    private final List<Place> columns;

    private ReverseRow(List<Place> columns) {
        this.columns = columns;
    }

    /** A column and where its values go: to the first pointer. */
    private record Place(Column column, List<JsonPointer> pointers, boolean millis) {
        JsonPointer first() {
            return pointers.get(0);
        }
    }

    /**
     * @param left tells by table and column which ones are left out
     * @param millis tells by table and column which times are numbers
     * @param taken places in the document that are written otherwise
     * @param parent for a child table: places that the parent row writes
     * @throws IllegalArgumentException naming each column that can't be turned back
     */
    static ReverseRow of(
            String table,
            List<Column> columns,
            BiPredicate<String, String> left,
            BiPredicate<String, String> millis,
            List<JsonPointer> taken,
            Optional<Set<JsonPointer>> parent) {
        List<Place> places = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Column column : columns) {
            if (left.test(table, column.name()) || column.isOfVersion()) {
                continue;
            }
            if (column.source() instanceof ColumnSource.Fields fields) {
                boolean ofParent = fields.ofDocument()
                        && parent.isPresent()
                        && parent.get().contains(fields.pointers().get(0));
                if (!ofParent) {
                    Place place = new Place(column, fields.pointers(), millis.test(table, column.name()));
                    fault(place, fields, taken, parent.isPresent())
                            .ifPresentOrElse(faults::add, () -> places.add(place));
                }
            } else {
                faults.add("column " + column.name() + " is computed from the document");
            }
        }
        overlaps(places, faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("table " + table + " can't be turned back into documents, leave the"
                    + " columns out by name: " + String.join("; ", faults));
        }
        return new ReverseRow(List.copyOf(places));
    }

    private static Optional<String> fault(
            Place place, ColumnSource.Fields fields, List<JsonPointer> taken, boolean child) {
        String column = "column " + place.column().name();
        if (fields.ofDocument() && child) {
            return Optional.of(column + " comes from the document, where no column of the parent's writes it");
        }
        for (JsonPointer pointer : place.pointers()) {
            if (pointer.matches() && !child) {
                return Optional.of(column + " is the whole document");
            }
            if (taken.stream().anyMatch(other -> overlap(other, pointer))) {
                return Optional.of(column + " overlaps an array of child rows at " + pointer);
            }
            for (JsonPointer part = pointer; !part.matches(); part = part.tail()) {
                if (part.mayMatchElement()) {
                    return Optional.of(column + " comes from an element of an array at " + pointer);
                }
            }
        }
        return Optional.empty();
    }

    /** Where one column looks, another one must not write. */
    private static void overlaps(List<Place> places, List<String> faults) {
        for (Place written : places) {
            for (Place other : places) {
                if (!written.column().name().equals(other.column().name())
                        && other.pointers().stream().anyMatch(pointer -> overlap(written.first(), pointer))) {
                    faults.add("column " + written.column().name() + " is written where column "
                            + other.column().name() + " is looked for, at " + written.first());
                }
            }
        }
    }

    private static boolean overlap(JsonPointer one, JsonPointer other) {
        String a = one + "/";
        String b = other + "/";
        return a.startsWith(b) || b.startsWith(a);
    }

    /** Where the columns are written. */
    Set<JsonPointer> places() {
        return columns.stream().map(Place::first).collect(Collectors.toSet());
    }

    /** @param patch whether NULL takes a field out, wherever the column is looked for */
    void write(Map<String, ? extends @Nullable Object> row, ObjectNode into, boolean patch) {
        Map<String, @Nullable Object> cells = cells(row);
        for (Place place : columns) {
            JsonNode value = value(place, cells);
            if (patch) {
                if (value instanceof ObjectNode) {
                    throw new UnfitValue("column `" + place.column().name()
                            + "`: is a JSON object, which a merge patch can't replace; write the whole document");
                }
                place.pointers().forEach(pointer -> put(into, pointer, JsonNodeFactory.instance.nullNode()));
            }
            if (value != null) {
                put(into, place.first(), value);
            }
        }
    }

    /** The element of an array that the row stands for. */
    JsonNode element(Map<String, ? extends @Nullable Object> row) {
        if (columns.size() == 1 && columns.get(0).first().matches()) {
            JsonNode value = value(columns.get(0), cells(row));
            return value == null ? JsonNodeFactory.instance.nullNode() : value;
        }
        ObjectNode element = JsonNodeFactory.instance.objectNode();
        write(row, element, false);
        return element;
    }

    private static Map<String, @Nullable Object> cells(Map<String, ? extends @Nullable Object> row) {
        Map<String, @Nullable Object> cells = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        cells.putAll(row);
        return cells;
    }

    private static @Nullable JsonNode value(Place place, Map<String, @Nullable Object> cells) {
        Column column = place.column();
        if (!cells.containsKey(column.name())) {
            throw new UnfitValue("column `" + column.name() + "` is missing in the row");
        }
        Object cell = cells.get(column.name());
        try {
            return cell == null ? null : ReverseConversion.convert(column.type(), cell, place.millis());
        } catch (UnfitValue e) {
            throw new UnfitValue("column `" + column.name() + "`: " + e.getMessage());
        }
    }

    static void put(ObjectNode into, JsonPointer pointer, JsonNode value) {
        ObjectNode node = into;
        JsonPointer rest = pointer;
        while (!rest.tail().matches()) {
            JsonNode next = node.get(rest.getMatchingProperty());
            node = next instanceof ObjectNode object ? object : node.putObject(rest.getMatchingProperty());
            rest = rest.tail();
        }
        node.set(rest.getMatchingProperty(), value);
    }
}
