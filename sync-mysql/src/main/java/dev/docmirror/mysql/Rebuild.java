package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.StreamId;
import org.jdbi.v3.core.Handle;

/**
 * A row of {@code sync_rebuilds}. Each rebuild has a number of its own, and its tables and streams are named after it:
 * whoever still works on an earlier one finds nothing.
 *
 * @param live the number of the stream that is rebuilt
 * @param shadow the number of the stream that is to take its place
 */
record Rebuild(int number, StreamId stream, int live, int shadow, Phase phase, List<Table> tables, byte[] definition) {
    private static final int LONGEST_NAME = 64;
    private static final int KEPT_OF_STREAM = 40;

    /** How far a rebuild is. */
    enum Phase {
        /** Rows are mirrored into the shadow tables. */
        FILLING,
        /** The tables change places. */
        SWAPPING,
        /** They did. */
        SWAPPED,
        /** It was given up, and its tables are dropped. */
        DROPPING
    }

    /**
     * A table that is rebuilt.
     *
     * @param shadow what it is called before the swap
     * @param replaced what the one before it is called after the swap; empty if there was none
     */
    record Table(String name, String shadow, String replaced) {}

    /** Names the tables of a rebuild. */
    static List<Table> tables(int number, Map<String, Boolean> existing) {
        List<Table> tables = new ArrayList<>();
        existing.forEach((name, exists) -> tables.add(new Table(
                name,
                name(name, tables.size(), "__new" + number),
                exists ? name(name, tables.size(), "__old" + number) : "")));
        return tables;
    }

    /** Long names are cut, and then numbered to stay apart. */
    private static String name(String table, int index, String suffix) {
        if (table.length() + suffix.length() <= LONGEST_NAME) {
            return table + suffix;
        }
        String tail = "_" + index + suffix;
        return table.substring(0, LONGEST_NAME - tail.length()) + tail;
    }

    /** The stream that mirrors into the shadow tables. */
    StreamId shadowStream() {
        return named("rebuild");
    }

    /** What the stream is called once it was replaced. */
    StreamId replacedStream() {
        return named("replaced");
    }

    private StreamId named(String suffix) {
        String name = stream.value();
        String kept = name.substring(0, Math.min(name.length(), KEPT_OF_STREAM));
        return StreamId.of(kept + "." + suffix + "-" + number);
    }

    /** Where the mirror's tables are until the swap. */
    TableNames names() {
        Map<String, String> names = new LinkedHashMap<>();
        tables.forEach(table -> names.put(table.name(), table.shadow()));
        return TableNames.of(names);
    }

    static Optional<Rebuild> find(Handle handle, StreamId stream) {
        return handle.createQuery("SELECT rebuild_id, live_id, shadow_id, phase, mirror_tables, definition"
                        + " FROM sync_rebuilds WHERE stream = :stream")
                .bind("stream", stream.value())
                .map((row, context) -> read(stream, row))
                .findOne();
    }

    private static Rebuild read(StreamId stream, ResultSet row) throws SQLException {
        List<Table> tables = Arrays.stream(row.getString(5).split(",", -1))
                .map(entry -> entry.split(":", -1))
                .map(parts -> new Table(parts[0], parts[1], parts[2]))
                .toList();
        return new Rebuild(
                row.getInt(1),
                stream,
                row.getInt(2),
                row.getInt(3),
                Phase.valueOf(row.getString(4)),
                tables,
                row.getBytes(6));
    }

    /** Records a new rebuild and makes its stream known. */
    static Rebuild insert(Handle handle, StreamId stream, int live, Map<String, Boolean> existing, byte[] definition) {
        handle.createUpdate("INSERT INTO sync_rebuilds (stream, live_id, shadow_id, phase, mirror_tables, definition,"
                        + " begun_at, changed_at) VALUES (:stream, :live, 0, 'FILLING', '', :definition,"
                        + " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))")
                .bind("stream", stream.value())
                .bind("live", live)
                .bind("definition", definition)
                .execute();
        int number = handle.createQuery("SELECT LAST_INSERT_ID()")
                .mapTo(Integer.class)
                .one();
        List<Table> tables = tables(number, existing);
        Rebuild planned = new Rebuild(number, stream, live, 0, Phase.FILLING, tables, definition);
        int shadow = Streams.ensure(handle, planned.shadowStream());
        List<String> text = tables.stream()
                .map(table -> table.name() + ":" + table.shadow() + ":" + table.replaced())
                .toList();
        handle.createUpdate("UPDATE sync_rebuilds SET shadow_id = :shadow, mirror_tables = :tables"
                        + " WHERE rebuild_id = :number")
                .bind("shadow", shadow)
                .bind("tables", String.join(",", text))
                .bind("number", number)
                .execute();
        return new Rebuild(number, stream, live, shadow, Phase.FILLING, tables, definition);
    }

    /** Goes from one phase to the next; false if it was not in that phase any more. */
    boolean advance(Handle handle, Phase from, Phase to) {
        return handle.createUpdate("UPDATE sync_rebuilds SET phase = :to, changed_at = UTC_TIMESTAMP(6)"
                                + " WHERE rebuild_id = :number AND phase = :from")
                        .bind("to", to.name())
                        .bind("from", from.name())
                        .bind("number", number)
                        .execute()
                > 0;
    }

    void delete(Handle handle) {
        handle.createUpdate("DELETE FROM sync_rebuilds WHERE rebuild_id = :number")
                .bind("number", number)
                .execute();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rebuild that && number == that.number && phase == that.phase;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return "rebuild " + number + " of stream " + stream + " (" + phase + ")";
    }
}
