package dev.docmirror.examples.backend.webhook;

import java.util.Set;
import java.util.stream.Collectors;

import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;

import static dev.docmirror.mapping.Column.text;

/** The tables of what was pushed in. */
final class WebhookTables {
    static final String DOCUMENT = "document";
    static final String USER = "user";

    private static final int ID_LENGTH = 300;
    private static final int TEXT_LENGTH = 255;

    private WebhookTables() {}

    static TypeRouter mapper() {
        return TypeRouter.byField("/kind")
                .route(DOCUMENT, documents())
                .route(USER, users())
                .build();
    }

    static Set<String> names() {
        return mapper().tables().stream().map(TableDefinition::name).collect(Collectors.toSet());
    }

    private static TableMapping documents() {
        return TableMapping.builder("processed_documents")
                .key("id", ID_LENGTH)
                .column(text("patient_id", TEXT_LENGTH).from("/patient_id").required())
                .column(text("type", TEXT_LENGTH).from("/type").required())
                .index("patient_id")
                .build();
    }

    private static TableMapping users() {
        return TableMapping.builder("app_users")
                .key("id", ID_LENGTH)
                .column(text("identity", 64).from("/identity").required())
                .column(text("email", TEXT_LENGTH).from("/email"))
                .column(text("phone", TEXT_LENGTH).from("/phoneNumber"))
                .build();
    }
}
