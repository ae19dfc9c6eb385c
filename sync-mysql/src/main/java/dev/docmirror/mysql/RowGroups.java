package dev.docmirror.mysql;

import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.TableLayout;
import org.jspecify.annotations.Nullable;

/** Sorts rows into groups. Mappers share a layout among all rows, so the last group is the right one nearly always. */
final class RowGroups {
    private record Key(TableLayout layout, BitSet now) {}

    private final Map<Key, RowGroup> groups = new LinkedHashMap<>();
    private @Nullable RowGroup last;

    @SuppressWarnings("ReferenceEquality") // comparing all column names of every row would cost more than it finds
    void add(TableLayout layout, RowGroup.Row row) {
        RowGroup group = last;
        if (group == null || group.layout() != layout || !isFilledByClock(group.now(), row.values())) {
            group = groups.computeIfAbsent(
                    new Key(layout, now(row.values())), key -> new RowGroup(key.layout(), key.now()));
            last = group;
        }
        group.add(row);
    }

    Collection<RowGroup> all() {
        return groups.values();
    }

    private static boolean isFilledByClock(BitSet now, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if ((values[i] == MirrorTime.NOW) != now.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static BitSet now(@Nullable Object[] values) {
        BitSet now = new BitSet();
        for (int i = 0; i < values.length; i++) {
            now.set(i, values[i] == MirrorTime.NOW);
        }
        return now;
    }
}
