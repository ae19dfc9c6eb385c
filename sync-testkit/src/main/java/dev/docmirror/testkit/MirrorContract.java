package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the contract tests of a mirror share: the fixture's life, a stream with a lease, and writing as the worker does.
 */
@Timeout(120)
abstract class MirrorContract {
    static final Duration LONG = Duration.ofMinutes(10);

    /** Stands in values; no reason or message may repeat it. */
    static final String CANARY = "canary-7f3a";

    final StreamId stream = StreamId.of("contract-" + UUID.randomUUID());
    private MirrorFixture fixture;
    private Lease lease;

    /** Opens a fixture; asked before each test. */
    protected abstract MirrorFixture openMirror() throws Exception;

    @BeforeEach
    void openFixture() throws Exception {
        fixture = openMirror();
        fixture.create(ContractTables.ALL);
        lease = grant("contract", LONG).orElseThrow();
    }

    @AfterEach
    void closeFixture() {
        if (lease != null) {
            lease.close();
        }
        if (fixture != null) {
            fixture.close();
        }
    }

    MirrorFixture mirror() {
        return fixture;
    }

    Lease lease() {
        return lease;
    }

    Optional<Lease> grant(String owner, Duration ttl) {
        return fixture.sink().lease(stream, owner, ttl);
    }

    MirrorTransaction begin() {
        return fixture.sink().begin(lease);
    }

    /** Writes versions in one transaction and commits; returns what was refused. */
    List<DeadLetter> write(Version... versions) {
        try (MirrorTransaction transaction = begin()) {
            List<DeadLetter> refused = apply(transaction, versions);
            transaction.commit();
            return refused;
        }
    }

    /** Writes versions as the worker does: on top of what the transaction reads as mirrored. */
    static List<DeadLetter> apply(MirrorTransaction transaction, Version... versions) {
        List<DocumentId> ids = Arrays.stream(versions).map(Version::id).toList();
        Map<DocumentId, MirroredDocument> mirrored = transaction.mirrored(ids);
        List<DocumentWrite> writes = new ArrayList<>();
        for (Version version : versions) {
            writes.add(new DocumentWrite(
                    version.entry(), Optional.ofNullable(mirrored.get(version.id())), version.rows()));
        }
        return transaction.apply(writes);
    }

    Optional<MirroredDocument> entry(DocumentId id) {
        return Optional.ofNullable(fixture.sink().mirrored(stream, List.of(id)).get(id));
    }

    /** One column of a table's rows, in any order. */
    List<@Nullable Object> column(TableLayout table, String column) {
        List<@Nullable Object> cells = new ArrayList<>();
        fixture.rows(table.table()).forEach(row -> cells.add(Cells.canonical(row.get(column))));
        return cells;
    }

    static DocumentId id(String value) {
        return DocumentId.of(value);
    }

    static void assertNoCanary(List<DeadLetter> letters) {
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.reason()).isNotBlank().doesNotContain(CANARY);
            assertThat(letter.toString()).doesNotContain(CANARY);
        });
    }

    /**
     * A version to mirror.
     *
     * @param tables where the document has rows afterwards
     */
    record Version(DocumentId id, Revision revision, List<TableLayout> tables, List<RowChange> rows) {

        /** A version that has rows in each table a change names, but for those a {@code Delete} names. */
        static Version of(DocumentId id, String revision, RowChange... rows) {
            List<TableLayout> tables = Arrays.stream(rows)
                    .filter(row -> !(row instanceof RowChange.Delete))
                    .map(RowChange::table)
                    .toList();
            return new Version(id, Revision.of(revision), tables, List.of(rows));
        }

        static Version of(String id, String revision, RowChange... rows) {
            return of(DocumentId.of(id), revision, rows);
        }

        MirroredDocument entry() {
            Document document = Documents.document(id.value(), revision.toString(), "{}");
            return new MirroredDocument(
                    id,
                    Optional.of("contract"),
                    tables.stream().map(TableKey::of).toList(),
                    revision,
                    document.contentHash(),
                    false,
                    Protection.NONE,
                    DocumentChange.of(document).digest(),
                    false);
        }
    }

    static RowChange person(@Nullable Object name, @Nullable Object badge) {
        return new RowChange.Put(ContractTables.PEOPLE, new @Nullable Object[] {name, badge});
    }

    static RowChange phones(String... numbers) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (String number : numbers) {
            rows.add(new @Nullable Object[] {number});
        }
        return new RowChange.Replace(ContractTables.PHONES, rows);
    }

    static RowChange pet(String name) {
        return new RowChange.Put(ContractTables.PETS, new @Nullable Object[] {name});
    }
}
