package dev.docmirror.campaign;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;

/** A host's mapper that checks nothing: the id of a document says what goes wrong with it. */
final class OddMapper implements DocumentMapper {
    /** Columns of the table {@code odd} that refuse a canary: 1406, 1366, 1292, 1366, 1265, 3140, 1062, 3819. */
    static final List<String> COLUMNS =
            List.of("text5", "number", "moment", "latin", "word", "json", "once", "checked");

    static final List<String> THROWN = List.of("throws", "throws-cause", "throws-null");
    static final String ERROR = "throws-error";
    private static final TableLayout LAYOUT = TableLayout.of("odd", "couch_id", COLUMNS.toArray(new String[0]));
    private static final int ONCE = COLUMNS.indexOf("once");

    static String document(String id) {
        return "{\"_id\":\"" + id + "\",\"type\":\"odd\",\"name\":\"" + CanaryDocuments.CANARY + "\"}";
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        String id = document.id().value();
        switch (id) {
            case "throws" -> throw new IllegalStateException(document.text());
            case "throws-cause" -> throw new IllegalStateException(new RuntimeException(document.text()));
            case "throws-null" -> throw new NullPointerException(document.text());
            case ERROR -> throw new AssertionError(document.text());
            default -> {
                return new Mapping.Rows("odd", List.of(new RowChange.Put(LAYOUT, values(id, document))));
            }
        }
    }

    private static Object[] values(String id, Document document) {
        Object[] values = new Object[COLUMNS.size()];
        int column = COLUMNS.indexOf(id);
        if (column >= 0) {
            values[column] = CanaryDocuments.CANARY + (id.equals("latin") ? "\u4e2d\ud83d\ude00" : "");
        }
        if (id.equals("checked")) {
            values[column] = CanaryDocuments.CANARY;
        }
        if (id.equals("json")) {
            values[column] = new JsonText(("{" + document.text()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (id.equals("good-0")) {
            values[ONCE] = CanaryDocuments.CANARY;
        }
        return values;
    }
}
