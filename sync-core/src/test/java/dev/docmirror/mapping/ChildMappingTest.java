package dev.docmirror.mapping;

import java.util.List;

import dev.docmirror.mapping.TableLayout.KeyForm;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.NEVER_MIRRORED;
import static dev.docmirror.mapping.Mapped.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChildMappingTest {
    private static final Column NAME = Column.text("name", 20).from("/name").required();

    @Test
    void map_elements_areRowsInOrder() {
        TableMapping mapping = parent(medications().column(NAME).build());
        assertThat(children(mapping, "{\"rx\":{\"list\":[{\"name\":\"b\"},{\"name\":\"a\"},{\"name\":\"b\"}]}}"))
                .containsExactly(new Object[] {"b"}, new Object[] {"a"}, new Object[] {"b"});
    }

    @Test
    void map_emptyPointer_isTheElementItself() {
        TableMapping mapping =
                parent(medications().column(Column.text("name", 20).from("")).build());
        assertThat(children(mapping, "{\"rx\":{\"list\":[\"a\",null,\"b\"]}}"))
                .containsExactly(new Object[] {"a"}, new Object[] {null}, new Object[] {"b"});
    }

    @Test
    void map_noArray_isNoRows() {
        TableMapping mapping = parent(medications().column(NAME).build());
        for (String json : List.of("{}", "{\"rx\":null}", "{\"rx\":{\"list\":null}}", "{\"rx\":{\"list\":[]}}")) {
            assertThat(children(mapping, json)).as(json).isEmpty();
        }
    }

    @Test
    void map_noArrayButAnotherKind_isRefused() {
        TableMapping mapping = parent(medications().column(NAME).build());
        for (String other : List.of("{}", "\"canary\"", "7", "true")) {
            assertThat(refusal(mapping, "{\"rx\":{\"list\":" + other + "}}"))
                    .isEqualTo("table `medications`: must be an array at /rx/list");
        }
    }

    @Test
    void map_elementThatDoesNotFit_isNamedByItsRow() {
        TableMapping mapping = parent(medications().column(NAME).build());
        assertThat(refusal(mapping, "{\"rx\":{\"list\":[{\"name\":\"a\"},{\"name\":[\"canary\"]}]}}"))
                .isEqualTo("column `name` of table `medications`, row 1: must be a string at /name");
        assertThat(refusal(mapping, "{\"rx\":{\"list\":[{\"other\":\"canary\"}]}}"))
                .isEqualTo("column `name` of table `medications`, row 0: required, but missing or null at /name");
    }

    @Test
    void map_derivedColumn_seesTheDocument() {
        Column patient = Column.derived(
                "patient",
                ColumnType.of(ColumnType.Kind.VARCHAR, 20),
                (document, context) -> document.body().path("patient").asString());
        TableMapping mapping = parent(medications().column(patient).column(NAME).build());
        assertThat(children(mapping, "{\"patient\":\"p\",\"rx\":{\"list\":[{\"name\":\"a\"}]}}"))
                .containsExactly(new Object[] {"p", "a"});
    }

    @Test
    void definition_withoutCounter_hasKeyAndOrdinalAsPrimaryKey() {
        TableDefinition table = parent(medications().column(NAME).index("name").build())
                .tables()
                .get(1);
        assertThat(table.name()).isEqualTo("medications");
        assertThat(table.primaryKey()).containsExactly("doc_id", "position");
        assertThat(table.uniqueKeys()).isEmpty();
        assertThat(table.indexes()).containsExactly(List.of("name"));
        assertThat(table.columns())
                .extracting(TableDefinition.ColumnDefinition::name)
                .containsExactly("doc_id", "position", "name");
        assertThat(table.layout().columns()).containsExactly("name");
    }

    @Test
    void definition_withCounterOrdinalAndHashedKey_hasThem() {
        TableDefinition table = parent(ChildMapping.builder("medications", "/rx/list")
                        .autoIncrement("id")
                        .hashedKey("doc_key")
                        .ordinal("line")
                        .column(NAME)
                        .unique("name")
                        .build())
                .tables()
                .get(1);
        assertThat(table.primaryKey()).containsExactly("id");
        assertThat(table.uniqueKeys()).containsExactly(List.of("doc_key", "line"), List.of("name"));
        assertThat(table.layout().keyForm()).isEqualTo(KeyForm.SHA_256);
        assertThat(table.layout().ordinalColumn()).contains("line");
    }

    @Test
    void build_whatDoesNotFitTogether_isNamed() {
        assertThatThrownBy(() -> ChildMapping.builder("m", "")).hasMessageContaining("itself is no array");
        assertThatThrownBy(() -> ChildMapping.builder("m", "list")).hasMessageContaining("JSON pointer");
        assertThatThrownBy(() -> ChildMapping.builder("m", "/list").build()).hasMessageContaining("key or hashedKey");
        assertThatThrownBy(() -> parent(
                        ChildMapping.builder("PRESCRIPTIONS", "/l").key("k", 5).build()))
                .hasMessageContaining("table PRESCRIPTIONS: is named twice");
        assertThatThrownBy(() -> medications()
                        .column(Column.text("position", 5).from("/p"))
                        .build())
                .hasMessageContaining("position is named twice");
    }

    @Test
    void map_idLongerThanTheChildsKey_isRefused() {
        TableMapping mapping = parent(ChildMapping.builder("medications", "/list")
                .key("doc_id", 4)
                .column(NAME)
                .build());
        assertThat(refusal(mapping, "{}"))
                .isEqualTo("column `doc_id` of table `medications`: the id is longer than 4 characters");
    }

    private static ChildMapping.Builder medications() {
        return ChildMapping.builder("medications", "/rx/list").key("doc_id", 50);
    }

    private static TableMapping parent(ChildMapping child) {
        return TableMapping.builder("prescriptions")
                .key("doc_id", 50)
                .column(Column.revision("rev"))
                .children(child)
                .build();
    }

    private static List<Object[]> children(TableMapping mapping, String json) {
        return ((RowChange.Replace) Mapped.rows(mapping, document(json)).get(1)).rows();
    }

    private static String refusal(TableMapping mapping, String json) {
        return Mapped.refusal(mapping, document(json), NEVER_MIRRORED);
    }
}
