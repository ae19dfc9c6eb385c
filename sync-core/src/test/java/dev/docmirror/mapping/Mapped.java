package dev.docmirror.mapping;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.MappingException;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Documents, and what mappings make of them. */
final class Mapped {
    static final MappingContext NEVER_MIRRORED = new MappingContext(StreamId.of("test"), Optional.empty());

    private Mapped() {}

    static Document document(String id, String json) {
        return version(id, "1-a", false, json);
    }

    static Document document(String json) {
        return document("doc:1", json);
    }

    static Document tombstone(String json) {
        return version("doc:1", "2-b", true, json);
    }

    static Document version(String id, String revision, boolean deleted, String json) {
        return new Document(
                DocumentId.of(id),
                Revision.of(revision),
                deleted,
                json.getBytes(StandardCharsets.UTF_8),
                DocumentReader.defaults());
    }

    static MappingContext mirroredAs(String type) {
        return new MappingContext(StreamId.of("test"), Optional.of(type));
    }

    static Mapping.Rows rows(DocumentMapper mapper, Document document, MappingContext context) {
        return (Mapping.Rows) mapper.map(document, context);
    }

    static List<RowChange> rows(DocumentMapper mapper, Document document) {
        return rows(mapper, document, NEVER_MIRRORED).rows();
    }

    /** The values of a document's only row. */
    static @Nullable Object[] values(DocumentMapper mapper, Document document) {
        return ((RowChange.Put) rows(mapper, document).get(0)).values();
    }

    /** What a column has for a document. */
    static @Nullable Object value(Column column, String json) {
        return values(table(column), document(json))[0];
    }

    static TableMapping table(Column... columns) {
        TableMapping.Builder builder = TableMapping.builder("things").key("doc_id", 50);
        for (Column column : columns) {
            builder.column(column);
        }
        return builder.build();
    }

    /** Why a document has no row; never with what stands in it. */
    static String refusal(Column column, String json) {
        return refusal(table(column), document(json), NEVER_MIRRORED);
    }

    static String refusal(DocumentMapper mapper, Document document, MappingContext context) {
        MappingException refusal = catchThrowableOfType(MappingException.class, () -> mapper.map(document, context));
        assertThat(refusal).as("refusal of %s", document).isNotNull();
        assertThat(refusal.id()).isEqualTo(document.id());
        assertThat(refusal).hasNoCause();
        assertThat(refusal.getMessage()).doesNotContain("canary");
        return refusal.getMessage();
    }

    static TableDefinition.ColumnDefinition definition(Column column) {
        return table(column).tables().get(0).column(column.name()).orElseThrow();
    }
}
