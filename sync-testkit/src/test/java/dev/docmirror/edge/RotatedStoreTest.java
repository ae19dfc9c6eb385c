package dev.docmirror.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
    private static final String CANARY = "CANARY-4711";

    @TempDir
    Path folder;

    private final KeyRing keys = KeyRing.of(key(1));

    private static EnvelopeKey key(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) number;
        return EnvelopeKey.raw("key-number-" + number, bytes);
    }

    private FileDocumentStore open() {
        return FileDocumentStore.open(folder.resolve("store"), Envelopes.of("tablet", keys));
    }

    private static ObjectNode body(int number) {
        return JsonNodeFactory.instance.objectNode().put("name", CANARY + number);
    }

    /** As long as the JVM lives an ended run is a kill, but for the file's lock: the store is opened anew each time. */
    @Test
    void run_endedAtRandomTenTimes_leavesNothingUnderTheOldKeyAndNoPlaintext() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int documents = 5_000;
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < documents; i++) {
                store.put(DocumentId.of(CANARY + "-" + i), Optional.of("visit"), body(i));
            }
        }
        keys.add(key(2));
        ReEncryptionProgress progress = ReEncryptionProgress.file(folder.resolve("progress"));
        for (int life = 0; life < 10; life++) {
            int pages = 1 + random.nextInt(4);
            try (FileDocumentStore store = open()) {
                reEncryption(store, dyingAfter(pages)).progress(progress).run();
            } catch (Killed e) {
                assertNoPlaintext();
            }
        }
        try (FileDocumentStore store = open()) {
            ReEncryptionReport report =
                    reEncryption(store, event -> {}).progress(progress).run();

            assertThat(report.rewritten()).isEqualTo(documents);
            assertThat(report.isComplete()).isTrue();
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
                .pageSize(113);
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static Consumer<ReEncryptionEvent> dyingAfter(int pages) {
        int[] left = {pages};
        return event -> {
            if (--left[0] == 0) {
                throw new Killed();
            }
        };
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
