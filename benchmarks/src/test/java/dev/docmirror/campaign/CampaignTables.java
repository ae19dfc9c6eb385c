package dev.docmirror.campaign;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.mapping.ChildMapping;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;

import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;

/** What the campaign mirrors: notes that are signed and intakes that are locked, with children, and a queue's visits. */
final class CampaignTables {
    static final ConflictPolicy POLICY = immutableOnceSigned("/signatureHash")
            .orElse(lockedOnce("/isLocked"))
            .orElse(lastWriteWins("/updatedAt"));

    static final DocumentMapper MAPPER = TypeRouter.byField("/type")
            .route("note", clinical("notes", "note_medications"))
            .route("intake", clinical("intakes", "intake_medications"))
            .route("visit", visits())
            .build();

    private CampaignTables() {}

    /** {@code doses} counts the children, so that a half document can be told at any time. */
    private static TableMapping clinical(String table, String children) {
        return TableMapping.builder(table)
                .autoIncrement("id")
                .key("couch_id", 255)
                .column(Column.text("revision", 300).from("/_rev"))
                .column(Column.text("title", 120).from("/title").required())
                .column(Column.enumeration("status", "draft", "final").from("/status"))
                .column(Column.decimal("weight_kg", 5, 2).from("/weightKg"))
                .column(Column.dateTime("updated_at").from("/updatedAt"))
                .column(Column.integer("doses").from("/doses"))
                .column(Column.rawText("raw"))
                .children(ChildMapping.builder(children, "/medications")
                        .key("parent_id", 255)
                        .column(Column.text("name", 80).from("/name").required())
                        .build())
                .index("status", "updated_at")
                .build();
    }

    private static TableMapping visits() {
        return TableMapping.builder("visits")
                .key("couch_id", 255)
                .column(Column.text("revision", 300).from("/_rev"))
                .column(Column.integer("last_operation").from("/last"))
                .column(Column.rawText("raw"))
                .build();
    }
}
