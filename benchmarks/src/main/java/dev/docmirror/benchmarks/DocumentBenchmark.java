package dev.docmirror.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.node.ObjectNode;

/** What one clinical document costs: to parse, to hash, and to map with all before it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DocumentBenchmark {
    private static final MappingContext CONTEXT = new MappingContext(StreamId.of("benchmark"), Optional.empty());
    private static final int DOCUMENTS = 1_000;

    private final DocumentReader reader = DocumentReader.defaults();
    private final DocumentMapper mapper = ClinicalTables.mapper();
    private List<byte[]> json = List.of();
    private int next;

    /** Makes the documents. */
    @Setup
    public void documents() {
        json = new ClinicalDocuments(1)
                .some(DOCUMENTS).stream()
                        .map(ObjectNode::toString)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList();
    }

    private Document document() {
        next = (next + 1) % DOCUMENTS;
        return new Document(DocumentId.of("d" + next), Revision.of("1-a"), false, json.get(next), reader);
    }

    /** Parses the body. */
    @Benchmark
    public ObjectNode parse() {
        return document().body();
    }

    /** Hashes the body. */
    @Benchmark
    public ContentHash hash() {
        return document().contentHash();
    }

    /** Parses and maps. */
    @Benchmark
    public Mapping map() {
        return mapper.map(document(), CONTEXT);
    }
}
