package dev.docmirror.mapping;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityRequest;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.NEVER_MIRRORED;
import static dev.docmirror.mapping.Mapped.document;
import static dev.docmirror.mapping.Mapped.refusal;
import static dev.docmirror.mapping.Mapped.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class IdentityColumnTest {
    private static final Column PATIENT = Column.identity("patient", "crm").from("/uid", "/patient/uid");

    @Test
    void identities_firstPointerWithAValue_isAskedFor() {
        assertThat(asked(table(PATIENT), "{\"uid\":null,\"patient\":{\"uid\":\"a \"}}"))
                .containsExactly(IdentityRequest.of(ExternalId.of("crm", "a ")));
        assertThat(asked(table(PATIENT.linkUnknown()), "{\"uid\":\"😀\"}"))
                .containsExactly(IdentityRequest.linkingUnknown(ExternalId.of("crm", "😀")));
        assertThat(asked(table(PATIENT), "{\"uid\":12345678901234567890}"))
                .containsExactly(IdentityRequest.of(ExternalId.of("crm", "12345678901234567890")));
        assertThat(asked(table(PATIENT), "{}")).isEmpty();
    }

    @Test
    void identities_whatIsNoId_isLeftToTheMappingToRefuse() {
        for (String json : List.of(
                "{\"uid\":\"\"}",
                "{\"uid\":1.5}",
                "{\"uid\":true}",
                "{\"uid\":[\"canary\"]}",
                "{\"uid\":\"\\ud83d\"}")) {
            assertThat(asked(table(PATIENT), json)).as(json).isEmpty();
            assertThat(refusal(PATIENT, json))
                    .isEqualTo("column `patient` of table `things`: must be an id: text of 1 to 512 characters, or a"
                            + " whole number at /uid");
        }
    }

    @Test
    void identities_tombstoneOrNoSuchColumn_asksForNobodyAndReadsNothing() {
        assertThat(table(PATIENT).identities(Mapped.tombstone("{\"uid\":\"a\"}"), NEVER_MIRRORED))
                .isEmpty();
        assertThat(asked(table(Column.text("t", 9).from("/t")), "no JSON at all"))
                .isEmpty();
    }

    @Test
    void map_knownOrNot_isTheIdentityOrNothing() {
        assertThat(value(PATIENT, Optional.of(IdentityId.of("id-1")))).isEqualTo("id-1");
        assertThat(value(PATIENT, Optional.empty())).isNull();
        assertThat(value(PATIENT.orElse("nobody"), Optional.empty())).isEqualTo("nobody");
    }

    @Test
    void map_childRows_reachElementAndDocument() {
        TableMapping mapping = TableMapping.builder("visits")
                .key("doc_id", 9)
                .children(ChildMapping.builder("items", "/items")
                        .key("doc_id", 9)
                        .column(Column.identity("doctor", "crm").from("/by"))
                        .column(Column.identity("patient", "crm").fromDocument("/uid"))
                        .column(Column.text("clinic", 9).fromDocument("/clinic"))
                        .build())
                .build();
        Document document = document("{\"uid\":\"a\",\"clinic\":\"x\",\"items\":[{\"by\":\"b\"},{\"by\":\"c\"}]}");
        assertThat(mapping.identities(document, NEVER_MIRRORED))
                .extracting(request -> request.externalId().id())
                .containsExactly("b", "a", "c", "a");
        MappingContext context = NEVER_MIRRORED.withIdentities(Map.of(
                ExternalId.of("crm", "a"), Optional.of(IdentityId.of("A")),
                ExternalId.of("crm", "b"), Optional.of(IdentityId.of("B")),
                ExternalId.of("crm", "c"), Optional.empty()));
        RowChange.Replace items = (RowChange.Replace)
                Mapped.rows(mapping, document, context).rows().get(1);
        assertThat(items.rows()).containsExactly(new Object[] {"B", "A", "x"}, new Object[] {null, "A", "x"});
    }

    @Test
    void identities_router_asksTheRoute() {
        TypeRouter router =
                TypeRouter.byField("/type").route("visit", table(PATIENT)).build();
        assertThat(asked(router, "{\"type\":\"visit\",\"uid\":\"a\"}")).hasSize(1);
        assertThat(asked(router, "{\"type\":\"other\",\"uid\":\"a\"}")).isEmpty();
    }

    @Test
    void context_idThatNobodyAskedFor_isAFault() {
        assertThatThrownBy(() -> NEVER_MIRRORED.identity(ExternalId.of("crm", "canary")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void column_whatDoesNotFitTogether_isRefused() {
        assertThatThrownBy(() -> table(Column.identity("patient", "crm"))).hasMessageContaining("needs from");
        assertThatThrownBy(() -> Column.text("t", 9).linkUnknown()).hasMessageContaining("is no identity");
        assertThatThrownBy(() -> Column.identity("patient", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(PATIENT::unmapped).hasMessageContaining("has a value");
    }

    private static Collection<IdentityRequest> asked(DocumentMapper mapper, String json) {
        return mapper.identities(document(json), NEVER_MIRRORED);
    }

    private static Object value(Column column, Optional<IdentityId> known) {
        MappingContext context = NEVER_MIRRORED.withIdentities(Map.of(ExternalId.of("crm", "a"), known));
        return ((RowChange.Put) Mapped.rows(table(column), document("{\"uid\":\"a\"}"), context)
                        .rows()
                        .get(0))
                .values()[0];
    }
}
