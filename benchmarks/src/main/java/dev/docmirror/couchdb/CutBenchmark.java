package dev.docmirror.couchdb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.docmirror.examples.quickstart.ClinicalDocuments;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.node.ObjectNode;

/** What it costs to cut the row of one clinical document out of a page of changes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CutBenchmark {
    private static final int ROWS = 1_000;
    private static final int LONGEST = 1024 * 1024;
    private static final String REVISION = "1-" + "0".repeat(32);

    private byte[] page = {};

    /** Makes a page. */
    @Setup
    public void page() {
        String rows = new ClinicalDocuments(1)
                .some(ROWS).stream().map(CutBenchmark::row).collect(Collectors.joining(",\n"));
        page = ("{\"results\":[\n" + rows + "\n],\n\"last_seq\":\"1000-x\",\"pending\":0}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String row(ObjectNode document) {
        return "{\"seq\":null,\"id\":" + document.get("_id") + ",\"changes\":[{\"rev\":\"" + REVISION + "\"}],\"doc\":"
                + document + "}";
    }

    /** Reads a page from memory, in the time of one row. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int cut() throws IOException {
        ChangesPage rows = new ChangesPage(new JsonCutter(new ByteArrayInputStream(page)), ROWS, LONGEST);
        int bytes = 0;
        for (ChangeRow row = rows.next(); row != null; row = rows.next()) {
            bytes += row.size();
        }
        return bytes;
    }
}
