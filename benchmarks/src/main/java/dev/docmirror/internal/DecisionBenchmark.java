package dev.docmirror.internal;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.policies.ConflictPolicies;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.node.ObjectNode;

/** What it costs to decide about one clinical document, by what the registry has of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
    private static final int DOCUMENTS = 1_000;
    private static final Revision FIRST = Revision.of("1-" + "0".repeat(32));
    private static final Revision SECOND = Revision.of("2-" + "1".repeat(32));

    /** What the registry has: this very version, the one before, or nothing. */
    @Param({"same", "older", "nothing"})
    public String registered = "same";

    private final DocumentReader reader = DocumentReader.defaults();
    private final Decider decider = new Decider(
            StreamId.of("benchmark"),
            ClinicalTables.mapper(),
            ConflictPolicies.lastWriteWins("/updatedAt", "/createdAt"),
            Clock.systemUTC(),
            false);
    private List<byte[]> json = List.of();
    private List<Optional<MirroredDocument>> entries = List.of();
    private int next;

    /** Makes the documents and their entries. */
    @Setup
    public void documents() {
        json = new ClinicalDocuments(1)
                .some(DOCUMENTS).stream()
                        .map(ObjectNode::toString)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList();
        Revision known = registered.equals("older") ? FIRST : SECOND;
        entries = json.stream()
                .map(bytes -> registered.equals("nothing") ? Optional.<MirroredDocument>empty() : entry(known, bytes))
                .toList();
    }

    private Optional<MirroredDocument> entry(Revision revision, byte[] bytes) {
        return decide(change(revision, bytes), null) instanceof Decision.Write write
                ? Optional.of(write.write().state())
                : Optional.empty();
    }

    private DocumentChange change(Revision revision, byte[] bytes) {
        return DocumentChange.of(new Document(DocumentId.of("document"), revision, false, bytes, reader));
    }

    private Decision decide(DocumentChange change, @Nullable MirroredDocument mirrored) {
        return decider.decide(change, mirrored, new Evidence(Optional.empty()));
    }

    /** Hashes and compares; parses and maps what is not there in this very state. */
    @Benchmark
    public Decision decide() {
        next = (next + 1) % DOCUMENTS;
        return decide(change(SECOND, json.get(next)), entries.get(next).orElse(null));
    }
}
