package dev.docmirror.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import dev.docmirror.envelope.KeyRing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that writes to a store is killed, again and again: what it said it had written is there. */
class KilledStoreTest {
    private static final int KILLS = Integer.getInteger("docmirror.edge.kills", 12);
    private static final long SEED = Long.getLong("docmirror.edge.seed", System.nanoTime());

    @TempDir
    private Path directory;

    @Test
    void store_killedAtRandomTimes_losesNothingItAcknowledged() throws IOException, InterruptedException {
        System.out.println("seed: -Ddocmirror.edge.seed=" + SEED);
        Random random = new Random(SEED);
        Map<String, Long> acknowledged = new HashMap<>();
        long next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long last = writeUntilKilled(random, next, acknowledged);
            check(acknowledged, last);
            next = last + 2; // the one after the last that was told may be there, or not
        }
        assertThat(next).as("writes").isGreaterThan(KILLS);
        searchForPlaintext();
    }

    /** The number of the last write that was told. */
    private long writeUntilKilled(Random random, long first, Map<String, Long> acknowledged)
            throws IOException, InterruptedException {
        int until = 1 + random.nextInt(150);
        Process process = start(
                KilledStoreMain.class, directory.toString(), Long.toString(random.nextLong()), Long.toString(first));
        long last = first - 1;
        try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8)) {
            int writes = 0;
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                last = Long.parseLong(line);
                acknowledged.put(KilledStoreMain.id(last).value(), last);
                if (++writes == until) {
                    process.toHandle().destroyForcibly(); // Process itself would close the stream
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(last).as("it wrote at all").isGreaterThanOrEqualTo(first);
        return last;
    }

    /** A process of its own, with the class path of this one. */
    static Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void check(Map<String, Long> acknowledged, long last) {
        try (FileDocumentStore store = FileDocumentStore.open(directory, Keys.atRest(KeyRing.of(Keys.key("k1"))))) {
            Map<String, Long> kept = new HashMap<>();
            long sequence = 0;
            for (SecureDocumentStore.Entry entry : store.list(0, Integer.MAX_VALUE, Selection.all())) {
                assertThat(entry.sequence()).isGreaterThan(sequence);
                sequence = entry.sequence();
                LocalDocument document = entry.open().orElseThrow().document();
                kept.put(document.id().value(), document.body().path("n").longValue());
            }
            String unheard = KilledStoreMain.id(last + 1).value();
            if (kept.getOrDefault(unheard, -1L) == last + 1) {
                acknowledged.put(unheard, last + 1);
            }
            assertThat(kept).isEqualTo(acknowledged);
        }
    }

    private void searchForPlaintext() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(2);
            for (Path file : all) {
                assertThat(file.toString()).doesNotContain(KilledStoreMain.CANARY);
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain(KilledStoreMain.CANARY, "xxxxxx");
            }
        }
    }
}
