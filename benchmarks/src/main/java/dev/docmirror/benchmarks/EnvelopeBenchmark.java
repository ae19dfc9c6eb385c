package dev.docmirror.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.Opened;
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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the envelope of one document costs, JSON included, by the length of the document. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EnvelopeBenchmark {
    private static final DocumentId ID = DocumentId.of("patient-4711");
    private static final int FIELD = 50;

    /** About how many bytes the document has. */
    @Param({"1000", "10000"})
    public int bytes;

    private final EnvelopeCodec codec = Envelopes.of("clinic", KeyRing.of(EnvelopeKey.raw("k", new byte[32])))
            .withTypeHint();
    private ObjectNode document = JsonNodeFactory.instance.objectNode();
    private ObjectNode envelope = document;

    /** Makes a document and its envelope. */
    @Setup
    public void documents() {
        document = JsonNodeFactory.instance.objectNode().put("_id", ID.value()).put("type", "patient");
        for (int field = 0; field < bytes / FIELD; field++) {
            document.put("field-" + field, "some text of thirty characters");
        }
        envelope = codec.seal(ID, document);
    }

    /** Seals the document. */
    @Benchmark
    public ObjectNode seal() {
        return codec.seal(ID, document);
    }

    /** Opens its envelope. */
    @Benchmark
    public Opened open() {
        return codec.open(ID, envelope);
    }
}
