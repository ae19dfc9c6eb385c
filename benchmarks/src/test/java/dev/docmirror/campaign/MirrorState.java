package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;

/** Everything a mirror of the campaign holds, by document, without counters and clocks. */
final class MirrorState {
    private final Map<String, Set<String>> rows = new HashMap<>();
    private final Map<String, String> registered = new HashMap<>();
    private final Map<String, String> revisions = new HashMap<>();
    private final Map<String, String> parked = new HashMap<>();
    private final Map<String, String> parkedAt = new HashMap<>();
    private final Map<String, List<String>> archived = new HashMap<>();

    private MirrorState() {}

    static MirrorState of(Site.Mirror mirror) {
        MirrorState state = new MirrorState();
        for (TableDefinition table : CampaignTables.MAPPER.tables()) {
            state.readRows(mirror, table);
        }
        for (List<String> row : mirror.query("SELECT id, CONCAT(generation, '-', revision_hash), IF(is_deleted, NULL,"
                + " type), IF(is_deleted, NULL, mirrored_in), HEX(content_hash), is_deleted, protection, leaf_weight,"
                + " leaf_hash FROM sync_documents")) {
            state.revisions.put(row.get(0), row.get(1));
            state.registered.put(row.get(0), row.subList(1, row.size()).toString());
        }
        for (List<String> row : mirror.query("SELECT id, revision, kind, reason FROM sync_dead_letters")) {
            state.parkedAt.put(row.get(0), row.get(1));
            state.parked.put(row.get(0), row.subList(1, row.size()).toString());
        }
        for (List<String> row : mirror.query("SELECT id, losing_revision FROM sync_conflicts")) {
            state.archived.computeIfAbsent(row.get(0), id -> new ArrayList<>()).add(row.get(1));
        }
        return state;
    }

    private void readRows(Site.Mirror mirror, TableDefinition table) {
        TableLayout layout = table.layout();
        List<String> columns = new ArrayList<>(List.of(layout.keyColumn()));
        layout.ordinalColumn().ifPresent(columns::add);
        columns.addAll(layout.columns());
        for (List<String> row : mirror.query("SELECT " + String.join(", ", columns) + " FROM " + table.name())) {
            if (!rows.computeIfAbsent(row.get(0), id -> new TreeSet<>()).add(table.name() + row)) {
                throw new AssertionError(table.name() + " holds a row twice");
            }
        }
    }

    Set<String> ids() {
        Set<String> ids = new HashSet<>(rows.keySet());
        ids.addAll(registered.keySet());
        ids.addAll(parked.keySet());
        return ids;
    }

    /** Rows and registry, or the dead letter alone: the rows of a parked document are those of an earlier version. */
    List<String> of(String id) {
        return parked.containsKey(id)
                ? List.of("parked " + parked.get(id))
                : List.of(String.valueOf(registered.get(id)), String.valueOf(rows.get(id)));
    }

    /** The revision that is mirrored or parked, whichever came last. */
    String reached(String id) {
        return parkedAt.getOrDefault(id, revisions.getOrDefault(id, "nothing"));
    }

    List<String> archived(String id) {
        return archived.getOrDefault(id, List.of());
    }

    /** Whether a document is mirrored or parked at one of its leaves, or as the version that is guarded. */
    boolean hasReached(Herd.Member member) {
        String reached = reached(member.id());
        boolean gone = member.leaves().stream().allMatch(Herd.Leaf::deleted);
        return isOneOf(member.leaves(), reached)
                || isOneOf(member.guarded().stream().toList(), reached)
                || (gone && reached.equals("nothing"));
    }

    /** Whether a document is at one of these versions: mirrored with its row, or parked; gone if there are none. */
    boolean isAt(Herd.Member member, List<Herd.Leaf> expected) {
        if (expected.isEmpty()) {
            return !rows.containsKey(member.id()) && !parked.containsKey(member.id());
        }
        return isOneOf(expected, reached(member.id()))
                && (parked.containsKey(member.id()) || expected.stream().anyMatch(leaf -> hasRow(member, leaf)));
    }

    boolean isMirroredAs(Herd.Member member, Herd.Leaf leaf) {
        return leaf.revision().toString().equals(revisions.get(member.id())) && hasRow(member, leaf);
    }

    private boolean hasRow(Herd.Member member, Herd.Leaf leaf) {
        return rows.getOrDefault(member.id(), Set.of()).stream()
                .anyMatch(row -> row.startsWith(member.table() + "[")
                        && row.contains(", " + leaf.revision() + ", "
                                + leaf.body().get("title").asString() + ", "));
    }

    private static boolean isOneOf(List<Herd.Leaf> leaves, String revision) {
        return leaves.stream().anyMatch(leaf -> leaf.revision().toString().equals(revision));
    }
}
