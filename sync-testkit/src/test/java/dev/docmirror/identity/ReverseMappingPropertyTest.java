package dev.docmirror.identity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.mapping.ChildMapping;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.ReverseMapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.testkit.Documents;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/** Rows that became a document are the same rows again when the document is mapped. */
class ReverseMappingPropertyTest {
    private static final DocumentId ID = DocumentId.of("1");
    private static final TableMapping MAPPING = TableMapping.builder("parents")
            .key("id", 9)
            .column(Column.text("text", 30).from("/a/text", "/text"))
            .column(Column.enumeration("word", "one", "two").from("/a/word"))
            .column(Column.decimal("price", 30, 4).from("/a/deep/price"))
            .column(Column.bigint("number").from("/number"))
            .column(Column.bool("truth").from("/~0odd~1name"))
            .column(Column.date("day").from("/day"))
            .column(Column.dateTime("iso").from("/iso"))
            .column(Column.dateTime("epoch").from("/epoch"))
            .children(ChildMapping.builder("children", "/list")
                    .key("id", 9)
                    .column(Column.text("name", 30).from("/name"))
                    .column(Column.decimal("amount", 10, 3).from("/amount").orElse(BigDecimal.ONE))
                    .build())
            .build();

    private static final ReverseMapping REVERSE = ReverseMapping.of(MAPPING).millis("epoch");

    record Rows(Map<String, Object> parent, List<Map<String, Object>> children) {}

    @Property(tries = 500)
    void map_ofTheReverse_isTheRow(@ForAll("rows") Rows rows) {
        String json = REVERSE.document(ID, rows.parent(), Map.of("children", rows.children()))
                .toString();
        Document document = Documents.document("1", "1-a", json);
        Mapping.Rows mapped =
                (Mapping.Rows) MAPPING.map(document, new MappingContext(StreamId.of("s"), Optional.empty()));
        RowChange.Put parent = (RowChange.Put) mapped.rows().get(0);
        assertThat(named(parent.table().columns(), parent.values())).isEqualTo(rows.parent());
        RowChange.Replace children = (RowChange.Replace) mapped.rows().get(1);
        List<Map<String, Object>> again = new ArrayList<>();
        children.rows().forEach(row -> again.add(named(children.table().columns(), row)));
        assertThat(again).isEqualTo(rows.children());
    }

    private static Map<String, Object> named(List<String> columns, Object[] values) {
        Map<String, Object> row = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(columns.get(i), values[i]);
        }
        return row;
    }

    @Provide
    Arbitrary<Rows> rows() {
        Arbitrary<Map<String, Object>> parent = Combinators.combine(
                        text(),
                        nullable(Arbitraries.of("one", "two")),
                        decimal(26, 4).injectNull(0.1),
                        nullable(Arbitraries.longs()),
                        nullable(Arbitraries.of(true, false)),
                        nullable(
                                Arbitraries.longs().between(-300_000, 2_900_000).map(LocalDate::ofEpochDay)),
                        times(),
                        times())
                .as((text, word, price, number, truth, day, iso, epoch) -> {
                    Map<String, Object> row = new HashMap<>();
                    row.put("text", text);
                    row.put("word", word);
                    row.put("price", price);
                    row.put("number", number);
                    row.put("truth", truth);
                    row.put("day", day);
                    row.put("iso", iso);
                    row.put("epoch", epoch);
                    return row;
                });
        Arbitrary<Map<String, Object>> child = Combinators.combine(text(), decimal(7, 3))
                .as((name, amount) -> {
                    Map<String, Object> row = new HashMap<>();
                    row.put("name", name);
                    row.put("amount", amount);
                    return row;
                });
        return Combinators.combine(parent, child.list().ofMaxSize(4)).as(Rows::new);
    }

    private static Arbitrary<Object> text() {
        return nullable(Arbitraries.strings()
                .withChars('a', 'é', '漢', '"', '\\', '/', '\u0000', '\n', ' ')
                .ofMaxLength(30));
    }

    private static Arbitrary<BigDecimal> decimal(int digits, int scale) {
        BigInteger most = BigInteger.TEN.pow(digits + scale).subtract(BigInteger.ONE);
        return Arbitraries.bigIntegers().between(most.negate(), most).map(unscaled -> new BigDecimal(unscaled, scale));
    }

    private static Arbitrary<Object> times() {
        return nullable(Combinators.combine(
                        Arbitraries.longs().between(-30_000_000_000L, 250_000_000_000L),
                        Arbitraries.integers().between(0, 999_999))
                .as((second, micro) -> Instant.ofEpochSecond(second, micro * 1_000L)));
    }

    private static Arbitrary<Object> nullable(Arbitrary<?> values) {
        return values.asGeneric().injectNull(0.1);
    }
}
