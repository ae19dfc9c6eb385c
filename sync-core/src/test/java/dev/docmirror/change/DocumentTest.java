package dev.docmirror.change;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.error.MappingException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DocumentTest {
    private static final DocumentId ID = DocumentId.of("a");
    private static final Revision REVISION = Revision.of("1-a");

    private static Document document(String json) {
        return document(json, DocumentReader.defaults());
    }

    private static Document document(String json, DocumentReader reader) {
        return new Document(ID, REVISION, false, json.getBytes(StandardCharsets.UTF_8), reader);
    }

    @Test
    void body_numbers_stayExact() {
        var body = document("{\"i\":123456789012345678901234567890,\"d\":1.10,\"e\":1e400}")
                .body();
        assertThat(body.get("i").bigIntegerValue()).isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(body.get("d").decimalValue()).isEqualTo(new BigDecimal("1.10"));
        assertThat(body.get("e").decimalValue()).isEqualByComparingTo(new BigDecimal("1e400"));
    }

    @Test
    void body_hundredLevels_isRead_oneMoreIsNot() {
        String hundred = "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";
        String more = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertThat(document(hundred).body().has("a")).isTrue();
        assertThatThrownBy(() -> document(more).body())
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("deeper than 100");
        assertThat(document(more, DocumentReader.defaults().withMaxDepth(101))
                        .body()
                        .has("a"))
                .isTrue();
    }

    @Test
    void body_limits_areHonoured() {
        assertThatThrownBy(() -> document(
                                "{\"n\":12345}", DocumentReader.defaults().withMaxNumberLength(4))
                        .body())
                .isInstanceOf(MappingException.class);
        assertThatThrownBy(() -> document("{\"n\":1}", DocumentReader.defaults().withMaxBytes(6))
                        .body())
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("maxBytes");
    }

    @Test
    void body_malformedJson_failsWithoutQuotingIt() {
        for (String json :
                List.of("{\"a\":canary}", "{\"a\":\"canary", "{\"canary\":1} canary", "[\"canary\"]", "\"canary\"")) {
            assertThatThrownBy(() -> document(json).body())
                    .isInstanceOf(MappingException.class)
                    .hasNoCause()
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("canary"));
        }
    }

    @Test
    void body_unreadable_failsWithTheReason() {
        assertThatThrownBy(
                        () -> Document.unreadable(ID, REVISION, false, "gone").body())
                .isInstanceOf(MappingException.class)
                .hasMessage("gone");
    }

    @Test
    void contentHash_isOverTheBytes() {
        assertThat(document("{\"a\":1}").contentHash())
                .isEqualTo(document("{\"a\":1}").contentHash());
        assertThat(document("{\"a\":1}").contentHash())
                .isNotEqualTo(document("{\"a\":2}").contentHash());
    }

    @Test
    void toString_hasNoContent_andStaysOnOneLine() {
        Document document = new Document(
                DocumentId.of("a\r\n\u001b[31m\u2028`;é"),
                REVISION,
                false,
                "{\"x\":\"canary\"}".getBytes(StandardCharsets.UTF_8),
                DocumentReader.defaults());
        assertThat(document.toString())
                .isEqualTo("a\\u000d\\u000a\\u001b[31m\\u2028`;\\u00e9@1-a")
                .doesNotContain("canary");
        assertThat(DocumentId.of("x".repeat(4_000)).toString()).hasSizeLessThan(300);
    }

    @Test
    void leaves_areSortedAsCouchDbDoes() {
        Document deleted = new Document(ID, Revision.of("9-a"), true, new byte[] {'{', '}'}, DocumentReader.defaults());
        Document low = new Document(ID, Revision.of("2-a"), false, new byte[] {'{', '}'}, DocumentReader.defaults());
        Document high = new Document(ID, Revision.of("10-a"), false, new byte[] {'{', '}'}, DocumentReader.defaults());
        DocumentChange change = new DocumentChange(ID, List.of(deleted, low, high));
        assertThat(change.leaves()).containsExactly(high, low, deleted);
        assertThat(change.digest()).isEqualTo(new DocumentChange(ID, List.of(high, deleted, low)).digest());
        assertThat(change.digest().weight()).isEqualTo(21);
    }

    @Test
    void digest_differsByDeletionAndRevision() {
        Document live = document("{}");
        Document dead = new Document(ID, REVISION, true, new byte[] {'{', '}'}, DocumentReader.defaults());
        assertThat(DocumentChange.of(live).digest())
                .isNotEqualTo(DocumentChange.of(dead).digest());
    }

    @Test
    void forgetBody_plainDocument_isParsedAnewWhenAskedFor() {
        AtomicInteger decoded = new AtomicInteger();
        Document plain = document("{\"n\":1}").readBy(codec(decoded, false));
        ObjectNode first = plain.body();
        plain.forgetBody();
        assertThat(plain.isEncoded()).isFalse();
        assertThat(decoded).as("what is known is not parsed for").hasValue(1);
        assertThat(plain.body()).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void forgetBody_decryptedDocument_isKept() {
        AtomicInteger decoded = new AtomicInteger();
        Document sealed = document("{\"n\":1}").readBy(codec(decoded, true));
        ObjectNode first = sealed.body();
        sealed.forgetBody();
        assertThat(sealed.isEncoded()).isTrue();
        assertThat(sealed.body()).isSameAs(first);
        assertThat(decoded).hasValue(1);
    }

    private static DocumentCodec codec(AtomicInteger decoded, boolean recognizes) {
        return new DocumentCodec() {
            @Override
            public Optional<ObjectNode> decode(DocumentId id, ObjectNode stored) {
                decoded.incrementAndGet();
                return Optional.of(stored.deepCopy()).filter(copy -> recognizes);
            }

            @Override
            public ObjectNode encode(DocumentId id, ObjectNode body) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
