package dev.docmirror.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.policies.ConflictPolicies;
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

/** What it costs to decide a document by its number of leaves: ten times the leaves, about ten times the time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConflictBenchmark {
    private static final ConflictContext CONTEXT = new ConflictContext(StreamId.of("benchmark"));
    private static final DocumentId ID = DocumentId.of("note");
    private static final Revision BASE = Revision.of("1-" + "0".repeat(32));

    /** How many leaves the document has. */
    @Param({"10", "100", "1000"})
    public int leaves;

    /** Which policy decides. */
    @Param({"lastWriteWins", "signed", "fieldMerge"})
    public String rule = "lastWriteWins";

    private ConflictPolicy policy = ConflictPolicies.couchDbWinner();
    private List<byte[]> bodies = List.of();
    private final DocumentReader reader = DocumentReader.defaults();

    /** Makes the leaves: each edits the time and a field of its own. */
    @Setup
    public void leaves() {
        policy = switch (rule) {
            case "signed" ->
                ConflictPolicies.immutableOnceSigned("/signatureHash")
                        .orElse(ConflictPolicies.lastWriteWins("/updatedAt"));
            case "fieldMerge" -> ConflictPolicies.fieldMerge(ConflictPolicies.lastWriteWins("/updatedAt"));
            default -> ConflictPolicies.lastWriteWins("/updatedAt");
        };
        bodies = new ArrayList<>();
        for (int i = 0; i < leaves; i++) {
            bodies.add(("{\"_id\":\"note\",\"text\":\"the same in all\",\"updatedAt\":" + (1_770_000_000_000L + i)
                            + ",\"field" + i % 20 + "\":" + i + (i % 2 == 0 ? ",\"signatureHash\":\"s\"" : "") + "}")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Parses and decides all leaves. */
    @Benchmark
    public Resolution decide() {
        List<Document> versions = new ArrayList<>(leaves);
        Map<Revision, List<Revision>> paths = new HashMap<>();
        for (int i = 0; i < leaves; i++) {
            Revision revision = new Revision(2, String.format(Locale.ROOT, "%032x", i));
            versions.add(new Document(ID, revision, false, bodies.get(i), reader));
            paths.put(revision, List.of(revision, BASE));
        }
        Document base = new Document(
                ID,
                BASE,
                false,
                "{\"_id\":\"note\",\"text\":\"the same in all\"}".getBytes(StandardCharsets.UTF_8),
                reader);
        Ancestry ancestry = new Ancestry(ID, paths, Map.of(BASE, base));
        Conflict conflict = new Conflict(
                new DocumentChange(ID, versions), Optional.empty(), Optional.empty(), Optional.of(ancestry));
        return policy.resolve(conflict, CONTEXT);
    }
}
