package dev.docmirror.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.ReEncryption;
import dev.docmirror.envelope.ReEncryptionEvent;
import dev.docmirror.envelope.ReEncryptionProgress;
import dev.docmirror.envelope.ReEncryptionReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The file of an edge node under a new key. */
class RotatedStoreTest {
    static final String NAME = "tablet";
    static final int PAGE = 53;
    private static final String CANARY = "CANARY-4711";
    private static final long SEED = Long.getLong("docmirror.edge.seed", System.nanoTime());

    @TempDir
    Path folder;

    private final KeyRing keys = KeyRing.of(key(1));

    static EnvelopeKey key(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) number;
        return EnvelopeKey.raw("key-number-" + number, bytes);
    }

    private FileDocumentStore open() {
        return FileDocumentStore.open(folder.resolve("store"), Envelopes.of(NAME, keys));
    }

    private static ObjectNode body(int number) {
        return JsonNodeFactory.instance.objectNode().put("name", CANARY + number);
    }

    @Test
    void run_killedAtRandomTenTimes_leavesNothingUnderTheOldKeyAndNoPlaintext() throws Exception {
        System.out.println("seed: -Ddocmirror.edge.seed=" + SEED);
        Random random = new Random(SEED);
        int documents = 5_000;
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < documents; i++) {
                store.put(DocumentId.of(CANARY + "-" + i), Optional.of("visit"), body(i));
            }
        }
        for (int kill = 0; kill < 10; kill++) {
            rotateUntilKilled(1 + random.nextInt(7), random.nextInt(20));
            assertNoPlaintext();
        }
        keys.add(key(2));
        try (FileDocumentStore store = open()) {
            ReEncryptionReport report = reEncryption(store, event -> {})
                    .progress(ReEncryptionProgress.file(folder.resolve("progress")))
                    .run();

            assertThat(report.isComplete()).isTrue();
            assertThat(report.rewritten() + report.current()).isEqualTo(documents);
        }
        keys.remove("key-number-1");
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < documents; i++) {
                assertThat(store.get(DocumentId.of(CANARY + "-" + i))
                                .orElseThrow()
                                .body())
                        .isEqualTo(body(i));
            }
        }
        assertNoPlaintext();
        assertThat(content()).contains("key-number-2").doesNotContain("key-number-1");
    }

    @Test
    void run_keyGone_leavesThoseAndTellsThem() throws Exception {
        try (FileDocumentStore store = open()) {
            store.put(DocumentId.of("a"), Optional.empty(), body(1));
            keys.add(key(2));
            store.put(DocumentId.of("b"), Optional.empty(), body(2));
            keys.remove("key-number-1");
            keys.add(key(3));
            List<ReEncryptionEvent> events = new ArrayList<>();

            assertThat(reEncryption(store, events::add).dryRun())
                    .isEqualTo(new ReEncryptionReport(2, 1, 0, 0, 1, 0, 0, 0));
            ReEncryptionReport report = reEncryption(store, events::add).run();

            assertThat(report).isEqualTo(new ReEncryptionReport(2, 1, 0, 0, 1, 0, 0, 0));
            assertThat(events)
                    .filteredOn(ReEncryptionEvent.Left.class::isInstance)
                    .hasSize(2);
            keys.addToRead(key(1));
            assertThat(reEncryption(store, events::add).run())
                    .isEqualTo(new ReEncryptionReport(2, 1, 1, 0, 0, 0, 0, 0));
        }
    }

    private ReEncryption reEncryption(FileDocumentStore store, Consumer<ReEncryptionEvent> listener) {
        return ReEncryption.of(StoredEnvelopes.of(store, keys))
                .listener(listener)
                .pageSize(PAGE);
    }

    /** Lets a process rotate some pages, and kills it a moment later: in the middle of the next one, or between two. */
    private void rotateUntilKilled(int pages, int moment) throws IOException, InterruptedException {
        Process process = KilledStoreTest.start(
                KilledRotationMain.class,
                folder.resolve("store").toString(),
                folder.resolve("progress").toString());
        try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8)) {
            for (int page = 0; page < pages; page++) {
                assertThat(told.readLine()).as("the rotation was not done yet").isNotNull();
            }
            process.waitFor(moment, TimeUnit.MILLISECONDS);
            process.toHandle().destroyForcibly();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void assertNoPlaintext() throws IOException {
        assertThat(content()).doesNotContain(CANARY);
    }

    /** Everything in every file. */
    private String content() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
