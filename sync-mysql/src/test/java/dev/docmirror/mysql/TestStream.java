package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;

/** A stream under a lease, written as the worker does: on top of what each transaction reads as mirrored. */
final class TestStream {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final StreamId stream;
    private final MirrorSink sink;
    private final Lease lease;

    TestStream(DataSource dataSource) {
        this(MySqlMirrorSink.of(dataSource), StreamId.of("test"));
    }

    TestStream(MirrorSink sink, StreamId stream) {
        this.stream = stream;
        this.sink = sink;
        this.lease = sink.lease(stream, "test", LONG).orElseThrow();
    }

    /** A version of a document with rows in these tables. */
    record Version(DocumentId id, Revision revision, List<RowChange> rows) {
        static Version of(String id, int generation, RowChange... rows) {
            return new Version(DocumentId.of(id), Revision.of(generation + "-a"), List.of(rows));
        }

        MirroredDocument state() {
            List<TableKey> tables = rows.stream()
                    .filter(row -> !(row instanceof RowChange.Delete))
                    .map(row -> TableKey.of(row.table()))
                    .toList();
            byte[] content = (id.value() + revision).getBytes(StandardCharsets.UTF_16BE);
            return new MirroredDocument(
                    id,
                    Optional.of("test"),
                    tables,
                    revision,
                    new ContentHash(DocKey.sha256(content)),
                    false,
                    Protection.NONE,
                    new LeafDigest(revision.generation(), revision.generation()),
                    false);
        }
    }

    static RowChange put(TableLayout layout, Object... values) {
        return new RowChange.Put(layout, values);
    }

    static RowChange children(TableLayout layout, String... values) {
        List<Object[]> rows = new ArrayList<>();
        for (String value : values) {
            rows.add(new Object[] {value});
        }
        return new RowChange.Replace(layout, rows);
    }

    StreamId stream() {
        return stream;
    }

    MirrorSink sink() {
        return sink;
    }

    Lease lease() {
        return lease;
    }

    MirrorTransaction begin() {
        return sink.begin(lease);
    }

    List<DeadLetter> write(Version... versions) {
        return write(Arrays.asList(versions));
    }

    List<DeadLetter> write(List<Version> versions) {
        try (MirrorTransaction transaction = begin()) {
            List<DeadLetter> refused = apply(transaction, versions);
            transaction.commit();
            return refused;
        }
    }

    static List<DeadLetter> apply(MirrorTransaction transaction, List<Version> versions) {
        Map<DocumentId, MirroredDocument> mirrored =
                transaction.mirrored(versions.stream().map(Version::id).toList());
        List<DocumentWrite> writes = new ArrayList<>();
        for (Version version : versions) {
            writes.add(new DocumentWrite(
                    version.state(), Optional.ofNullable(mirrored.get(version.id())), version.rows()));
        }
        return transaction.apply(writes);
    }

    boolean isMirrored(String id) {
        DocumentId documentId = DocumentId.of(id);
        return sink.mirrored(stream, List.of(documentId)).containsKey(documentId);
    }
}
