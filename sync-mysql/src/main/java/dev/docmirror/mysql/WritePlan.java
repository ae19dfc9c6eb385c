package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;

/** What a batch does to each table: rows to delete, to update and to insert. */
final class WritePlan {

    /** What is done to a table, in this order. */
    static final class Table {
        private final Map<TableKey, List<PendingDocument>> deletes = new LinkedHashMap<>();
        private final RowGroups updates = new RowGroups();
        private final RowGroups known = new RowGroups();
        private final RowGroups inserts = new RowGroups();

        Map<TableKey, List<PendingDocument>> deletes() {
            return deletes;
        }

        /** Rows that are changed where they exist. */
        Collection<RowGroup> updates() {
            return updates.all();
        }

        /** Rows that should exist, by the registry. */
        Collection<RowGroup> known() {
            return known.all();
        }

        /** Rows that should not exist, by the registry. */
        Collection<RowGroup> inserts() {
            return inserts.all();
        }
    }

    private final Server server;
    private final Map<String, Table> tables = new LinkedHashMap<>();

    WritePlan(Server server) {
        this.server = server;
    }

    /** By name, in the order in which the documents named them. */
    Map<String, Table> tables() {
        return tables;
    }

    Table table(String name) {
        return tables.computeIfAbsent(name, n -> new Table());
    }

    /** Adds a document, or refuses it when its values can't be sent as they are. */
    void add(PendingDocument document) {
        Optional<Refusal> refusal =
                Registry.refusal(document.state()).or(() -> ProtectedRows.refusal(document.write(), server));
        if (refusal.isPresent()) {
            document.refuse(refusal.get());
            return;
        }
        List<RowGroup.Row> checked = new ArrayList<>();
        List<RowChange> changes = document.write().rows();
        for (RowChange change : changes) {
            if (!check(document, change, checked)) {
                return;
            }
        }
        int next = 0;
        for (RowChange change : changes) {
            next = add(document, change, checked, next);
        }
        addLeftTables(document);
    }

    private boolean check(PendingDocument document, RowChange change, List<RowGroup.Row> checked) {
        if (change instanceof RowChange.Put put) {
            return check(document, put.table(), 0, put.values(), checked);
        }
        if (change instanceof RowChange.Update update) {
            return check(document, update.table(), 0, update.values(), checked);
        }
        if (change instanceof RowChange.Replace replace) {
            int ordinal = 0;
            for (@Nullable Object[] values : replace.rows()) {
                if (!check(document, replace.table(), ordinal++, values, checked)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean check(
            PendingDocument document,
            TableLayout layout,
            int ordinal,
            @Nullable Object[] values,
            List<RowGroup.Row> checked) {
        long size = document.state().id().value().length() + 16L;
        int widest = document.state().id().value().length();
        for (int i = 0; i < values.length; i++) {
            try {
                int each = Values.check(values[i]);
                size += each;
                widest = Math.max(widest, each);
            } catch (UnfitValueException e) {
                String column = "column `" + layout.columns().get(i) + "` of table `" + layout.table() + "`: ";
                document.refuse(Refusal.of(column + e.getMessage()));
                return false;
            }
        }
        if (!Chunks.isSmall(size, server) && largest(document, values) > server.maxPacket()) {
            document.refuse(Refusal.of("1153 larger than max_allowed_packet, " + server.maxPacket()
                    + " bytes, in table `" + layout.table() + "`"));
            return false;
        }
        checked.add(new RowGroup.Row(document, ordinal, values, size, widest > RowSql.WIDEST));
        return true;
    }

    private static long largest(PendingDocument document, @Nullable Object[] values) {
        // The text of a one-row statement with its column names fits into the first summand.
        long sum = 256L * (values.length + 4)
                + Values.largestText(document.state().id().value());
        for (Object value : values) {
            sum += Values.largest(value);
        }
        return sum;
    }

    private int add(PendingDocument document, RowChange change, List<RowGroup.Row> checked, int from) {
        if (change instanceof RowChange.Keep) {
            return from;
        }
        TableLayout layout = change.table();
        TableKey key = TableKey.of(layout);
        Table table = table(layout.table());
        if (change instanceof RowChange.Put) {
            boolean known = before(document).contains(key);
            (known ? table.known : table.inserts).add(layout, checked.get(from));
            return from + 1;
        }
        if (change instanceof RowChange.Update) {
            table.updates.add(layout, checked.get(from));
            return from + 1;
        }
        // Children have no key of their own to be matched by, so also those that nobody registered go.
        delete(document, key);
        int next = from;
        if (change instanceof RowChange.Replace replace) {
            for (int i = 0; i < replace.rows().size(); i++) {
                table.inserts.add(layout, checked.get(next++));
            }
        }
        return next;
    }

    /** Rows where the document was and is no longer, or is found by another key now. */
    private void addLeftTables(PendingDocument document) {
        Set<String> kept = new LinkedHashSet<>();
        document.state().tables().forEach(table -> kept.add(table.table()));
        for (TableKey was : before(document)) {
            boolean written = document.write().rows().stream()
                    .anyMatch(row -> row.table().table().equals(was.table()));
            boolean rekeyed = written && !document.state().tables().contains(was);
            if (!kept.contains(was.table()) || rekeyed) {
                delete(document, was);
            }
        }
    }

    private void delete(PendingDocument document, TableKey key) {
        List<PendingDocument> documents = table(key.table()).deletes.computeIfAbsent(key, k -> new ArrayList<>());
        if (documents.isEmpty() || documents.get(documents.size() - 1) != document) {
            documents.add(document);
        }
    }

    private static List<TableKey> before(PendingDocument document) {
        return document.write().before().map(MirroredDocument::tables).orElse(List.of());
    }
}
