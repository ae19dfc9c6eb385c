package dev.docmirror.edge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.docmirror.edge.DocumentLog.Place;
import org.jspecify.annotations.Nullable;

/** Where each document lies: some 300 bytes a document, whatever its size. Not thread-safe. */
final class StoreIndex {
    private final Map<Hash, Slot> documents = new HashMap<>();
    private final NavigableMap<Long, Slot> sequences = new TreeMap<>();
    private final Map<Hash, NavigableMap<Long, Slot>> sessions = new HashMap<>();
    private long bytes;

    record Slot(Hash document, Hash session, long sequence, PushState state, Place place) {
        static Slot of(Frame frame, Place place) {
            return new Slot(frame.document(), frame.session(), frame.sequence(), frame.state(), place);
        }
    }

    void put(Slot slot) {
        Slot before = documents.put(slot.document(), slot);
        if (before != null) {
            sequences.remove(before.sequence());
            bytes -= before.place().length();
            NavigableMap<Long, Slot> session = sessions.get(before.session());
            if (session != null) {
                session.remove(before.sequence());
                if (session.isEmpty()) {
                    sessions.remove(before.session());
                }
            }
        }
        sequences.put(slot.sequence(), slot);
        bytes += slot.place().length();
        if (!slot.session().equals(Hash.NONE)) {
            sessions.computeIfAbsent(slot.session(), hash -> new TreeMap<>()).put(slot.sequence(), slot);
        }
    }

    @Nullable
    Slot get(Hash document) {
        return documents.get(document);
    }

    /** In the order of their sequences. */
    Collection<Slot> all() {
        return sequences.values();
    }

    /** @param session {@link Hash#NONE} for all documents */
    List<Slot> list(long after, int limit, Hash session, Predicate<Slot> wanted) {
        NavigableMap<Long, Slot> among =
                session.equals(Hash.NONE) ? sequences : sessions.getOrDefault(session, new TreeMap<>());
        List<Slot> found = new ArrayList<>();
        for (Slot slot : among.tailMap(after, false).values()) {
            if (found.size() == limit) {
                break;
            }
            if (wanted.test(slot)) {
                found.add(slot);
            }
        }
        return found;
    }

    long lastSequence() {
        return sequences.isEmpty() ? 0 : sequences.lastKey();
    }

    /** How long the records are that count. */
    long bytes() {
        return bytes;
    }
}
