package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.MirroredDocument.TableKey;

/**
 * Where a document is mirrored, as text: {@code patients:document_id:t,visits:patient:h}. Names have no colon or comma.
 * A mirror has few different ones, so both directions are remembered. Thread-safe.
 */
final class TableKeyCodec {
    private static final int REMEMBERED = 1_000;

    private final Map<String, List<TableKey>> parsed = new ConcurrentHashMap<>();
    private final Map<List<TableKey>, String> written = new ConcurrentHashMap<>();

    String write(List<TableKey> tables) {
        String known = written.get(tables);
        if (known != null) {
            return known;
        }
        StringBuilder out = new StringBuilder();
        for (TableKey table : tables) {
            out.append(out.isEmpty() ? "" : ",")
                    .append(table.table())
                    .append(':')
                    .append(table.keyColumn())
                    .append(table.keyForm() == KeyForm.TEXT ? ":t" : ":h");
        }
        String text = out.toString();
        if (written.size() < REMEMBERED) {
            written.put(tables, text);
        }
        return text;
    }

    List<TableKey> read(String text) {
        List<TableKey> known = parsed.get(text);
        if (known != null) {
            return known;
        }
        List<TableKey> tables = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String entry : text.split(",", -1)) {
                String[] parts = entry.split(":", -1);
                if (parts.length != 3) {
                    throw new SchemaMismatchException(
                            "sync_documents.mirrored_in holds what docmirror never wrote; restore the table", null);
                }
                tables.add(new TableKey(parts[0], parts[1], parts[2].equals("t") ? KeyForm.TEXT : KeyForm.SHA_256));
            }
        }
        List<TableKey> result = List.copyOf(tables);
        if (parsed.size() < REMEMBERED) {
            parsed.put(text, result);
        }
        return result;
    }
}
