package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.TableDefinition;

/**
 * Everything a mirror holds that a rebuild must make again: the rows without counters and clocks, the registry, the
 * archive and the dead letters.
 */
record MirrorContents(Map<String, Set<String>> rows) {

    static MirrorContents of(Site.Mirror mirror) {
        Map<String, Set<String>> rows = new TreeMap<>();
        for (TableDefinition table : ClinicalTables.mapper().tables()) {
            rows.put(table.name(), select(mirror, table.name(), columns(table)));
        }
        rows.put("sync_documents", registry(mirror));
        rows.put(
                "sync_conflicts",
                select(
                        mirror,
                        "sync_conflicts",
                        List.of("HEX(doc_key)", "losing_revision", "chosen_revision", "HEX(body_hash)", "reason")));
        rows.put(
                "sync_dead_letters",
                select(mirror, "sync_dead_letters", List.of("HEX(doc_key)", "revision", "kind", "reason")));
        return new MirrorContents(rows);
    }

    /** A document that was deleted before the rebuild never had a type or a table there. */
    private static Set<String> registry(Site.Mirror mirror) {
        return select(
                mirror,
                "sync_documents",
                List.of(
                        "HEX(doc_key)",
                        "id",
                        "IF(is_deleted, NULL, type)",
                        "IF(is_deleted, NULL, mirrored_in)",
                        "generation",
                        "revision_hash",
                        "HEX(content_hash)",
                        "is_deleted",
                        "protection",
                        "leaf_weight",
                        "leaf_hash"));
    }

    /** Says in a few lines where two mirrors differ; empty if they are equal. */
    List<String> differences(MirrorContents other) {
        List<String> found = new ArrayList<>();
        rows.forEach((table, mine) -> {
            Set<String> theirs = other.rows.getOrDefault(table, Set.of());
            mine.stream().filter(row -> !theirs.contains(row)).limit(3).forEach(row -> found.add(table + " + " + row));
            theirs.stream().filter(row -> !mine.contains(row)).limit(3).forEach(row -> found.add(table + " - " + row));
        });
        return found;
    }

    private static List<String> columns(TableDefinition table) {
        return table.layout().columns().stream()
                .filter(column -> !column.equals("synced_at") && !column.equals("id"))
                .map(column -> "`" + column + "`")
                .toList();
    }

    private static Set<String> select(Site.Mirror mirror, String table, List<String> columns) {
        List<List<String>> all = mirror.query("SELECT " + String.join(", ", columns) + " FROM " + table);
        Set<String> rows = new TreeSet<>();
        all.forEach(row ->
                rows.add(String.join("|", row.stream().map(String::valueOf).toList())));
        if (rows.size() != all.size()) {
            throw new AssertionError(table + " holds " + (all.size() - rows.size()) + " rows twice");
        }
        return rows;
    }
}
