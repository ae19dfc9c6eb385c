package dev.docmirror.mapping;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.mapping.ColumnType.Kind;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.NEVER_MIRRORED;
import static dev.docmirror.mapping.Mapped.document;
import static dev.docmirror.mapping.Mapped.mirroredAs;
import static org.assertj.core.api.Assertions.assertThat;

class RawMappingTest {
    private static final RawMapping RAW = RawMapping.documents();

    @Test
    void map_document_isWhole() {
        String json = "{ \"_id\":\"doc:1\", \"type\":\"note\", \"n\":1.10, \"half\":\"\\udc00\" }";
        Object[] values = Mapped.values(RAW, document(json));
        assertThat(values[0]).isEqualTo("doc:1");
        assertThat(values[1]).isEqualTo("1-a");
        assertThat(values[2]).isEqualTo("note");
        assertThat(values[3]).isEqualTo(false);
        assertThat(new String(((JsonText) values[4]).utf8(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(values[5]).isEqualTo(MirrorTime.NOW);
    }

    @Test
    void map_tombstone_staysAsARow() {
        for (MappingContext context : List.of(NEVER_MIRRORED, mirroredAs("document"))) {
            Mapping.Rows rows = Mapped.rows(RAW, Mapped.tombstone("{\"_deleted\":true}"), context);
            Object[] values = ((RowChange.Put) rows.rows().get(0)).values();
            assertThat(values[1]).isEqualTo("2-b");
            assertThat(values[3]).isEqualTo(true);
        }
    }

    @Test
    void map_typeThatIsNoShortText_isNull() {
        assertThat(type("\"" + "😀".repeat(191) + "\"")).isEqualTo("😀".repeat(191));
        for (String other : List.of("7", "null", "{}", "\"" + "x".repeat(192) + "\"", "\"\\ud800\"")) {
            assertThat(type(other)).as(other).isNull();
        }
    }

    @Test
    void map_idOfAnyLength_isTaken() {
        String id = "😀".repeat(4_000) + " ";
        assertThat(Mapped.values(RAW, document(id, "{}"))[0]).isEqualTo(id);
    }

    @Test
    void map_whatCouldNotBeGivenBack_isRefused() {
        assertThat(Mapped.refusal(RAW, document("canary\ud800", "{}"), NEVER_MIRRORED))
                .isEqualTo("column `doc_key` of table `documents`: the id has an unpaired surrogate");
        assertThat(Mapped.refusal(RAW, document("{\"canary\""), NEVER_MIRRORED)).contains("not valid JSON");
        Document unreadable = Document.unreadable(DocumentId.of("doc:1"), Revision.of("1-a"), false, "too large");
        assertThat(Mapped.refusal(RAW, unreadable, NEVER_MIRRORED)).isEqualTo("too large");
    }

    @Test
    void tables_ofAnotherName_areTheSame() {
        TableDefinition table = RawMapping.into("archive").tables().get(0);
        assertThat(table.name()).isEqualTo("archive");
        assertThat(table.primaryKey()).containsExactly("doc_key");
        assertThat(table.column("doc_key").orElseThrow().type()).isEqualTo(ColumnType.of(Kind.BINARY, 32));
        assertThat(table.columns())
                .extracting(TableDefinition.ColumnDefinition::name)
                .containsExactly("doc_key", "id", "revision", "type", "deleted", "body", "updated_at");
        assertThat(table.columns())
                .filteredOn(TableDefinition.ColumnDefinition::nullable)
                .extracting(TableDefinition.ColumnDefinition::name)
                .containsExactly("type");
    }

    private static Object type(String json) {
        return Mapped.values(RAW, document("{\"type\":" + json + "}"))[2];
    }
}
