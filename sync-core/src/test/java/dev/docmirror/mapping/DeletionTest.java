package dev.docmirror.mapping;

import java.time.Instant;
import java.util.List;

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

class DeletionTest {
    private static final MappingContext MIRRORED = mirroredAs("notes");
    private static final Document BARE = tombstone("{\"_id\":\"doc:1\",\"_rev\":\"2-b\",\"_deleted\":true}");

    @Test
    void map_tombstoneNeverMirrored_hasNoRowsInAnyMode() {
        for (DeleteMode mode : List.of(DeleteMode.hard(), DeleteMode.soft("deleted_at"), DeleteMode.ignore())) {
            assertThat(notes(mode).map(BARE, NEVER_MIRRORED)).isEqualTo(new Mapping.Skip("deleted"));
        }
    }

    @Test
    void hard_deletesParentAndChildren() {
        TableMapping notes = notes(DeleteMode.hard());
        assertThat(rows(notes, BARE, MIRRORED).rows())
                .containsExactly(new RowChange.Delete(layout(notes, 0)), new RowChange.Delete(layout(notes, 1)));
    }

    @Test
    void ignore_keepsParentAndChildren() {
        TableMapping notes = notes(DeleteMode.ignore());
        assertThat(rows(notes, BARE, MIRRORED).rows())
                .containsExactly(new RowChange.Keep(layout(notes, 0)), new RowChange.Keep(layout(notes, 1)));
    }

    @Test
    void hardAndIgnore_bodyThatCanNotBeRead_isNotAskedFor() {
        Document unreadable =
                Document.unreadable(DocumentId.of("doc:1"), Revision.of("2-b"), true, "beyond the limits");
        assertThat(rows(notes(DeleteMode.hard()), unreadable, MIRRORED).rows()).hasSize(2);
        assertThat(rows(notes(DeleteMode.ignore()), unreadable, MIRRORED).rows())
                .hasSize(2);
        assertThat(rows(notes(DeleteMode.soft("deleted_at")), unreadable, MIRRORED)
                        .rows())
                .hasSize(2);
    }

    @Test
    void soft_marksTheParentAndKeepsTheChildren() {
        TableMapping notes = notes(DeleteMode.soft("deleted_at"));
        List<RowChange> rows = rows(notes, BARE, MIRRORED).rows();
        RowChange.Update update = (RowChange.Update) rows.get(0);
        assertThat(update.table().columns()).containsExactly("rev", "synced_at", "deleted_at");
        assertThat(update.values()).containsExactly("2-b", MirrorTime.NOW, MirrorTime.NOW);
        assertThat(rows.get(1)).isEqualTo(new RowChange.Keep(layout(notes, 1)));
        RowChange.Update again =
                (RowChange.Update) rows(notes, BARE, MIRRORED).rows().get(0);
        assertThat(again.table()).isSameAs(update.table());
    }

    @Test
    void soft_liveDocument_clearsTheMark() {
        TableMapping notes = notes(DeleteMode.soft("deleted_at", "/deletedAt"));
        assertThat(layout(notes, 0).columns()).containsExactly("title", "rev", "synced_at", "deleted_at");
        assertThat(Mapped.values(notes, document("{\"title\":\"x\",\"deletedAt\":1739527200000}")))
                .containsExactly("x", "1-a", MirrorTime.NOW, null);
        TableDefinition.ColumnDefinition column =
                notes.tables().get(0).column("deleted_at").orElseThrow();
        assertThat(column.type()).isEqualTo(ColumnType.of(ColumnType.Kind.DATETIME));
        assertThat(column.nullable()).isTrue();
    }

    @Test
    void soft_tombstoneWithATimeOfItsOwn_holdsThatTime() {
        TableMapping notes = notes(DeleteMode.soft("deleted_at", "/deletedAt", "/updatedAt"));
        Instant time = Instant.parse("2025-02-14T10:00:00Z");
        assertThat(marked(notes, "{\"updatedAt\":1739527200000}")).isEqualTo(time);
        assertThat(marked(notes, "{\"deletedAt\":\"2025-02-14T10:00:00Z\",\"updatedAt\":7}"))
                .isEqualTo(time);
        assertThat(marked(notes, "{}")).isEqualTo(MirrorTime.NOW);
        assertThat(Mapped.refusal(notes, tombstone("{\"deletedAt\":\"canary\"}"), MIRRORED))
                .isEqualTo("column `deleted_at` of table `notes`: must be an ISO 8601 time or milliseconds since 1970"
                        + " at /deletedAt");
    }

    @Test
    void modes_thatDoNotFit_areRefused() {
        assertThatThrownBy(() -> DeleteMode.soft("")).hasMessageContaining("goes with SOFT");
        assertThatThrownBy(() -> new DeleteMode(DeleteMode.Kind.HARD, "deleted_at", List.of()))
                .hasMessageContaining("goes with SOFT");
        assertThatThrownBy(() -> DeleteMode.soft("deleted_at", "deletedAt")).hasMessageContaining("JSON pointer");
        assertThatThrownBy(() -> notes(DeleteMode.soft("TITLE"))).hasMessageContaining("named twice");
    }

    private static Object marked(TableMapping notes, String tombstone) {
        RowChange.Update update = (RowChange.Update)
                rows(notes, tombstone(tombstone), MIRRORED).rows().get(0);
        return update.values()[2];
    }

    private static TableLayout layout(TableMapping mapping, int table) {
        return mapping.tables().get(table).layout();
    }

    private static TableMapping notes(DeleteMode mode) {
        return TableMapping.builder("notes")
                .key("doc_id", 50)
                .column(Column.text("title", 50).from("/title"))
                .column(Column.revision("rev"))
                .column(Column.mirroredAt("synced_at"))
                .children(ChildMapping.builder("tags", "/tags")
                        .key("doc_id", 50)
                        .column(Column.text("tag", 20).from(""))
                        .build())
                .onDelete(mode)
                .build();
    }
}
