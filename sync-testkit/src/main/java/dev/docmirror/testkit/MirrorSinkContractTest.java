package dev.docmirror.testkit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.HASHED;
import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static dev.docmirror.testkit.ContractTables.PETS;
import static dev.docmirror.testkit.ContractTables.PHONES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link MirrorSink} has to keep about rows and registry. Extend it together with
 * {@link MirrorTransactionContractTest}, {@link RefusalContractTest}, {@link ColumnValueContractTest},
 * {@link LeaseContractTest}, {@link DecisionContractTest}, {@link CheckpointStoreContractTest},
 * {@link ConflictArchiveContractTest}, {@link ConflictReviewContractTest} and {@link DeadLetterStoreContractTest}.
 */
public abstract class MirrorSinkContractTest extends MirrorContract {

    @Test
    void put_newThenKnownDocument_isOneRowWithTheNewestValues() {
        write(Version.of("ada", "1-a", person("Ada", "b1")), Version.of("bob", "1-b", person("Bob", null)));
        write(Version.of("ada", "2-a", person("Ada L.", "b1")));
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada L.", "Bob");
        assertThat(column(PEOPLE, "badge")).containsExactlyInAnyOrder("b1", null);
        assertThat(entry(id("ada")).orElseThrow().revision()).isEqualTo(Revision.of("2-a"));
    }

    @Test
    void put_newAndKnownDocumentsInOneBatch_areAllWritten() {
        List<Version> first = new ArrayList<>();
        List<Version> second = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            if (i % 2 == 0) {
                first.add(Version.of("p" + i, "1-a", person("old", "badge" + i), phones("n" + i)));
            }
            second.add(Version.of("p" + i, "2-a", person("new", "badge" + i), phones("n" + i, "m" + i)));
        }
        assertThat(write(first.toArray(Version[]::new))).isEmpty();
        assertThat(write(second.toArray(Version[]::new))).isEmpty();
        assertThat(column(PEOPLE, "name")).hasSize(600).containsOnly("new");
        assertThat(column(PHONES, "number")).hasSize(1_200);
    }

    @Test
    void put_sameValuesAgain_staysOneRow() {
        write(Version.of("ada", "1-a", person("Ada", "b1")));
        assertThat(write(Version.of("ada", "2-a", person("Ada", "b1")))).isEmpty();
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        assertThat(entry(id("ada")).orElseThrow().revision()).isEqualTo(Revision.of("2-a"));
    }

    @Test
    void put_knownDocument_keepsWhatTheDatabaseFilled() {
        write(Version.of("ada", "1-a", person("Ada", "b1")));
        Map<String, @Nullable Object> before = mirror().rows(PEOPLE.table()).get(0);
        write(Version.of("ada", "2-a", person("Ada L.", "b2")));
        Map<String, @Nullable Object> after = mirror().rows(PEOPLE.table()).get(0);
        for (String column : List.of("id", "grade", "created_at")) {
            assertThat(Cells.canonical(after.get(column)))
                    .as(column)
                    .isNotNull()
                    .isEqualTo(Cells.canonical(before.get(column)));
        }
        assertThat(Cells.canonical(after.get("grade"))).isEqualTo(BigDecimal.valueOf(7));
    }

    @Test
    void put_registryKnowsTheTableButTheRowIsMissing_insertsIt() {
        write(Version.of("ada", "1-a", update("nobody")));
        assertThat(write(Version.of("ada", "2-a", person("Ada", "b1")))).isEmpty();
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
    }

    @Test
    void replace_moreFewerAndNoChildren_leavesExactlyThoseInOrder() {
        write(Version.of("ada", "1-a", person("Ada", null), phones("1", "2")));
        write(Version.of("bob", "1-b", person("Bob", null), phones("9")));
        write(Version.of("ada", "2-a", person("Ada", null), phones("2", "3", "1")));
        assertThat(childrenOf("ada")).containsExactly("2", "3", "1");
        write(Version.of("ada", "3-a", person("Ada", null), phones("3")));
        assertThat(childrenOf("ada")).containsExactly("3");
        write(Version.of("ada", "4-a", person("Ada", null), phones()));
        assertThat(childrenOf("ada")).isEmpty();
        assertThat(childrenOf("bob")).containsExactly("9");
        write(Version.of("ada", "5-a", person("Ada", null), phones("4")));
        assertThat(childrenOf("ada")).containsExactly("4");
    }

    @Test
    void update_rowPresent_changesIt() {
        write(Version.of("ada", "1-a", person("Ada", "b1")));
        write(Version.of("ada", "2-a", update("deleted")));
        assertThat(column(PEOPLE, "name")).containsExactly("deleted");
    }

    @Test
    void update_rowAbsent_writesTheRegistryOnly() {
        assertThat(write(Version.of("ada", "1-a", update("deleted")))).isEmpty();
        assertThat(column(PEOPLE, "name")).isEmpty();
        assertThat(entry(id("ada"))).isPresent();
    }

    @Test
    void delete_rowPresentOrAbsent_leavesNone() {
        write(Version.of("ada", "1-a", person("Ada", "b1")), Version.of("bob", "1-b", person("Bob", "b2")));
        RowChange delete = new RowChange.Delete(PEOPLE);
        assertThat(write(Version.of("ada", "2-a", delete), Version.of("eve", "1-e", delete)))
                .isEmpty();
        assertThat(column(PEOPLE, "name")).containsExactly("Bob");
        assertThat(entry(id("ada")).orElseThrow().tables()).isEmpty();
        write(Version.of("ada", "3-a", person("Ada again", "b1")));
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Bob", "Ada again");
    }

    @Test
    void keep_rowsPresent_leavesThemBesideAnUpdateOfTheParent() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2")));
        write(Version.of("ada", "2-a", update("deleted"), new RowChange.Keep(PHONES)));
        assertThat(column(PEOPLE, "name")).containsExactly("deleted");
        assertThat(childrenOf("ada")).containsExactly("1", "2");
        write(Version.of("ada", "3-a", new RowChange.Keep(PEOPLE), new RowChange.Keep(PHONES)));
        assertThat(column(PEOPLE, "name")).containsExactly("deleted");
        assertThat(childrenOf("ada")).containsExactly("1", "2");
    }

    @Test
    void apply_tableNoLongerInTheState_losesTheRows() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2")));
        write(Version.of("bob", "1-b", person("Bob", "b2"), phones("3")));
        write(Version.of("ada", "2-a", pet("Ada the cat")));
        assertThat(column(PEOPLE, "name")).containsExactly("Bob");
        assertThat(column(PHONES, "number")).containsExactly("3");
        assertThat(column(PETS, "name")).containsExactly("Ada the cat");
    }

    @Test
    void apply_stateWithoutTables_losesAllRowsAndKeepsTheEntry() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1")));
        write(Version.of("ada", "2-a"));
        assertThat(column(PEOPLE, "name")).isEmpty();
        assertThat(column(PHONES, "number")).isEmpty();
        assertThat(entry(id("ada")).orElseThrow().revision()).isEqualTo(Revision.of("2-a"));
    }

    @Test
    void apply_tableInTheStateWithoutAChange_keepsTheRows() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1")));
        write(new Version(id("ada"), Revision.of("2-a"), List.of(PEOPLE, PHONES), List.of()));
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        write(new Version(id("ada"), Revision.of("3-a"), List.of(PEOPLE), List.of()));
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
        assertThat(column(PHONES, "number")).isEmpty();
    }

    @Test
    void mirrored_everyField_isReadAsWritten() {
        TableLayout child = PHONES;
        for (MirroredDocument state : List.of(
                new MirroredDocument(
                        id("a"),
                        Optional.of("Größe/" + "t".repeat(100)),
                        List.of(TableKey.of(PEOPLE), TableKey.of(child), TableKey.of(HASHED)),
                        new Revision(123_456_789_012L, "0123456789abcdef0123456789abcdef"),
                        hash(1),
                        true,
                        Protection.SIGNED,
                        new LeafDigest(Long.MAX_VALUE, Long.MIN_VALUE),
                        true),
                new MirroredDocument(
                        id("b"),
                        Optional.empty(),
                        List.of(),
                        new Revision(1, "x".repeat(60)),
                        hash(200),
                        false,
                        Protection.LOCKED,
                        new LeafDigest(1, -1),
                        false),
                new MirroredDocument(
                        id("c"),
                        Optional.of("c"),
                        List.of(TableKey.of(PETS)),
                        new Revision(1, "ABCDEF"),
                        hash(0),
                        false,
                        Protection.NONE,
                        new LeafDigest(0, 0),
                        true))) {
            try (MirrorTransaction transaction = begin()) {
                transaction.apply(List.of(new DocumentWrite(state, Optional.empty(), List.of())));
                transaction.commit();
            }
            assertThat(entry(state.id())).contains(state);
            try (MirrorTransaction transaction = begin()) {
                assertThat(transaction.mirrored(List.of(state.id()))).containsExactly(Map.entry(state.id(), state));
            }
        }
    }

    @Test
    void mirrored_manyIds_givesTheKnownOnes() {
        List<Version> versions = new ArrayList<>();
        List<DocumentId> asked = new ArrayList<>();
        for (int i = 0; i < 2_100; i++) {
            asked.add(id("doc-" + i));
            if (i % 3 == 0) {
                versions.add(Version.of(asked.get(i), "1-a"));
            }
        }
        write(versions.toArray(Version[]::new));
        assertThat(mirror().sink().mirrored(stream, asked)).hasSize(700);
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.mirrored(asked)).hasSize(700);
            assertThat(transaction.mirrored(List.of())).isEmpty();
        }
    }

    @Test
    void apply_idsThatLookAlike_areDocumentsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS;
        Version[] versions = ids.stream()
                .map(one -> Version.of(
                        one, "1-a", new RowChange.Put(HASHED, new @Nullable Object[] {"" + ids.indexOf(one)})))
                .toArray(Version[]::new);
        assertThat(write(versions)).isEmpty();
        assertThat(column(HASHED, "name")).hasSize(ids.size()).doesNotHaveDuplicates();
        assertThat(mirror().sink().mirrored(stream, ids).keySet()).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void apply_idsThatLookAlikeInATextKey_areRowsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS.stream()
                .filter(one -> one.value().length() < 100)
                .toList();
        assertThat(write(ids.stream()
                        .map(one -> Version.of(one, "1-a", pet("" + ids.indexOf(one))))
                        .toArray(Version[]::new)))
                .isEmpty();
        assertThat(column(PETS, "doc_id"))
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(DocumentId::value).toList());
        write(Version.of("a", "2-a", new RowChange.Delete(PETS)));
        assertThat(column(PETS, "doc_id")).hasSize(ids.size() - 1).contains("a ");
    }

    @Test
    void verify_tablesAsDescribed_passes() {
        mirror().sink().verify(ContractTables.ALL);
    }

    @Test
    void verify_missingTable_isNamed() {
        TableLayout absent = TableLayout.of("contract_absent", "doc_id", "name");
        TableDefinition people = ContractTables.ALL.get(2);
        assertThatThrownBy(() -> mirror().sink()
                        .verify(List.of(new TableDefinition(
                                absent, people.columns(), List.of("doc_id"), List.of(), List.of(), List.of()))))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("contract_absent");
    }

    private List<@Nullable Object> childrenOf(String id) {
        List<Map<String, @Nullable Object>> rows = mirror().rows(PHONES.table()).stream()
                .filter(row -> id.equals(row.get("doc_id")))
                .sorted((a, b) -> Integer.compare(position(a), position(b)))
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            assertThat(position(rows.get(i))).as("ordinals count from 0").isEqualTo(i);
        }
        List<@Nullable Object> numbers = new ArrayList<>();
        rows.forEach(row -> numbers.add(row.get("number")));
        return numbers;
    }

    private static int position(Map<String, @Nullable Object> row) {
        return row.get("position") instanceof Number number ? number.intValue() : -1;
    }

    private static RowChange update(String name) {
        return new RowChange.Update(PEOPLE, new @Nullable Object[] {name, null});
    }

    private static ContentHash hash(int seed) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (seed + i);
        }
        return new ContentHash(bytes);
    }
}
