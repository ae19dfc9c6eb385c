package dev.docmirror.mapping;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.NEVER_MIRRORED;
import static dev.docmirror.mapping.Mapped.document;
import static dev.docmirror.mapping.Mapped.mirroredAs;
import static dev.docmirror.mapping.Mapped.rows;
import static dev.docmirror.mapping.Mapped.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TypeRouterTest {
    private static final TableMapping NOTES = table("notes", DeleteMode.soft("deleted_at"));
    private static final TableMapping TASKS = table("tasks", DeleteMode.hard());
    private static final TypeRouter ROUTER = TypeRouter.byField("/meta/type")
            .route("note", NOTES)
            .route("memo", NOTES)
            .route("task", TASKS)
            .build();

    @Test
    void map_liveDocument_goesByItsTypeAndItsRowsCarryIt() {
        Mapping.Rows memo = rows(ROUTER, document("{\"meta\":{\"type\":\"memo\"}}"), mirroredAs("task"));
        assertThat(memo.type()).isEqualTo("memo");
        assertThat(memo.rows().get(0).table().table()).isEqualTo("notes");
        assertThat(rows(ROUTER, document("{\"meta\":{\"type\":\"task\"}}"), NEVER_MIRRORED)
                        .type())
                .isEqualTo("task");
    }

    @Test
    void map_typeWithoutARoute_isUnknown() {
        assertUnknown("{\"meta\":{\"type\":\"Note\"}}", Optional.of("Note"));
        assertUnknown("{\"meta\":{\"type\":\"note \"}}", Optional.of("note "));
        for (String none :
                List.of("{}", "{\"meta\":{\"type\":null}}", "{\"meta\":{\"type\":7}}", "{\"type\":\"note\"}")) {
            assertUnknown(none, Optional.empty());
        }
    }

    @Test
    void map_bareTombstone_goesByTheMirroredType() {
        Mapping.Rows soft = rows(ROUTER, tombstone("{}"), mirroredAs("memo"));
        assertThat(soft.type()).isEqualTo("memo");
        assertThat(soft.rows()).singleElement().isInstanceOf(RowChange.Update.class);
        assertThat(rows(ROUTER, tombstone("{}"), mirroredAs("task")).rows())
                .singleElement()
                .isInstanceOf(RowChange.Delete.class);
    }

    @Test
    void map_tombstoneWithAnotherTypeInItsBody_goesWhereItsRowsAre() {
        Mapping.Rows rows = rows(ROUTER, tombstone("{\"meta\":{\"type\":\"task\"}}"), mirroredAs("note"));
        assertThat(rows.type()).isEqualTo("note");
        assertThat(rows.rows()).singleElement().isInstanceOf(RowChange.Update.class);
    }

    @Test
    void map_mirroredTombstoneThatCanNotBeRead_isStillADeletion() {
        Document unreadable = Document.unreadable(DocumentId.of("doc:1"), Revision.of("2-b"), true, "gone");
        assertThat(rows(ROUTER, unreadable, mirroredAs("task")).rows()).hasSize(1);
    }

    @Test
    void map_tombstoneNeverMirrored_isSkippedUnlessItsTypeIsUnknown() {
        assertThat(ROUTER.map(tombstone("{}"), NEVER_MIRRORED)).isEqualTo(new Mapping.Skip("deleted"));
        assertThat(ROUTER.map(tombstone("{\"meta\":{\"type\":\"note\"}}"), NEVER_MIRRORED))
                .isEqualTo(new Mapping.Skip("deleted"));
        assertThat(ROUTER.map(tombstone("{\"meta\":{\"type\":\"other\"}}"), NEVER_MIRRORED))
                .isEqualTo(new Mapping.UnknownType(Optional.of("other")));
    }

    @Test
    void map_otherMapper_seesTheTombstoneOfItsType() {
        TypeRouter router =
                TypeRouter.byField("/type").route("raw", RawMapping.documents()).build();
        Mapping.Rows rows = rows(router, tombstone("{\"type\":\"raw\"}"), NEVER_MIRRORED);
        assertThat(rows.type()).isEqualTo("raw");
        assertThat(rows.rows()).singleElement().isInstanceOf(RowChange.Put.class);
        DocumentMapper skipping = (document, context) -> new Mapping.Skip("on purpose");
        assertThat(TypeRouter.byField("/type")
                        .route("a", skipping)
                        .build()
                        .map(document("{\"type\":\"a\"}"), NEVER_MIRRORED))
                .isEqualTo(new Mapping.Skip("on purpose"));
    }

    @Test
    void tables_sharedByRoutes_areNamedOnce() {
        assertThat(ROUTER.tables()).extracting(TableDefinition::name).containsExactly("notes", "tasks");
    }

    @Test
    void build_whatDoesNotFitTogether_isNamed() {
        TypeRouter.Builder builder = TypeRouter.byField("/type").route("note", NOTES);
        assertThatThrownBy(() -> builder.route("note", TASKS)).hasMessage("route: type note has one already");
        assertThatThrownBy(() -> builder.route("", TASKS)).hasMessageContaining("must have 1 to 191 characters");
        assertThatThrownBy(() -> builder.route("x".repeat(192), TASKS)).hasMessageContaining("had 192");
        assertThatThrownBy(() -> builder.route("x", ROUTER)).hasMessageContaining("leads to another router");
        assertThatThrownBy(() -> TypeRouter.byField("type")).hasMessageContaining("JSON pointer");
        assertThatThrownBy(() -> TypeRouter.byField("/type").build()).hasMessageContaining("at least one");
        TypeRouter.Builder twoWays =
                TypeRouter.byField("/type").route("note", NOTES).route("task", table("Notes", DeleteMode.hard()));
        assertThatThrownBy(twoWays::build).hasMessageContaining("described in two different ways");
    }

    private static void assertUnknown(String json, Optional<String> type) {
        assertThat(ROUTER.map(document(json), NEVER_MIRRORED)).as(json).isEqualTo(new Mapping.UnknownType(type));
    }

    private static TableMapping table(String name, DeleteMode mode) {
        return TableMapping.builder(name)
                .key("doc_id", 50)
                .column(Column.text("title", 20).from("/title"))
                .onDelete(mode)
                .build();
    }
}
