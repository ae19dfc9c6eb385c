package dev.docmirror.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.docmirror.envelope.KeyRing;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MissingKeyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.docmirror.edge.EdgeRig.NO_SESSION;
import static dev.docmirror.edge.EdgeRig.body;
import static dev.docmirror.edge.EdgeRig.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What lies on the disk, and what becomes of it when it is cut, altered or locked. */
class FileDocumentStoreTest {
    private final KeyRing keys = KeyRing.of(Keys.key("key-one"));

    @TempDir
    private Path directory;

    @AfterEach
    void closeKeys() {
        keys.close();
    }

    @Test
    void open_cutAtEveryByte_losesOnlyWhatWasNotFinished() throws IOException {
        List<Long> ends = new ArrayList<>();
        try (FileDocumentStore store = open()) {
            ends.add(Files.size(log()));
            for (int i = 0; i < 4; i++) {
                store.put(id("n" + i), NO_SESSION, body("" + i));
                ends.add(Files.size(log()));
            }
        }
        byte[] whole = Files.readAllBytes(log());
        for (int length = 0; length <= whole.length; length++) {
            Files.write(log(), Arrays.copyOf(whole, length));
            int cut = length;
            if (cut < ends.get(0)) {
                assertThatThrownBy(this::open).as("cut at %d", cut).isInstanceOf(ConfigurationException.class);
                continue;
            }
            try (FileDocumentStore store = open()) {
                long finished = ends.stream().filter(end -> end <= cut).count() - 1;
                assertThat(EdgeRig.inStore(store)).as("cut at %d", cut).hasSize((int) finished);
                store.put(id("later"), NO_SESSION, body("later"));
                assertThat(EdgeRig.inStore(store)).hasSize((int) finished + 1);
            }
        }
    }

    @Test
    void open_byteFlipped_isAnErrorAndLeavesTheFile() throws IOException {
        long last;
        try (FileDocumentStore store = open()) {
            store.put(id("a"), NO_SESSION, body("1"));
            store.put(id("b"), NO_SESSION, body("1"));
            last = Files.size(log());
            store.put(id("c"), NO_SESSION, body("1"));
        }
        byte[] whole = Files.readAllBytes(log());
        for (int at = 0; at < last; at += 7) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Files.write(log(), flipped);
            assertThatThrownBy(this::open).as("flipped at %d", at).isInstanceOf(ConfigurationException.class);
            assertThat(Files.readAllBytes(log())).isEqualTo(flipped);
        }
        Files.write(log(), whole);
        try (FileDocumentStore store = open()) {
            assertThat(EdgeRig.inStore(store)).hasSize(3);
        }
    }

    @Test
    void open_recordsOfAnotherStoreUnderTheSameKey_areRefused() throws IOException {
        Path other = directory.resolve("other");
        try (FileDocumentStore store = open();
                FileDocumentStore second = FileDocumentStore.open(other, Keys.atRest(keys))) {
            long empty = Files.size(log());
            store.put(id("a"), NO_SESSION, body("1"));
            byte[] record = Arrays.copyOfRange(Files.readAllBytes(log()), (int) empty, (int) Files.size(log()));
            second.close();
            Files.write(other.resolve("documents.log"), record, java.nio.file.StandardOpenOption.APPEND);
        }
        try (FileDocumentStore second = FileDocumentStore.open(other, Keys.atRest(keys))) {
            assertThat(second.get(id("a"))).isEmpty();
            assertThatThrownBy(() -> second.list(0, 1, Selection.all()).get(0).open())
                    .isInstanceOf(EnvelopeException.class);
        }
    }

    @Test
    void open_openAlready_isRefused() {
        try (FileDocumentStore store = open()) {
            assertThatThrownBy(this::open).isInstanceOf(ConfigurationException.class);
            store.put(id("a"), NO_SESSION, body("1"));
        }
        open().close();
    }

    @Test
    void open_unfinishedCompaction_isForgotten() throws IOException {
        try (FileDocumentStore store = open()) {
            store.put(id("a"), NO_SESSION, body("1"));
        }
        Files.writeString(directory.resolve("documents.log.new"), "half");
        try (FileDocumentStore store = open()) {
            assertThat(EdgeRig.inStore(store)).containsOnlyKeys("a");
            store.compact();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("documents.log", "lock");
        }
    }

    @Test
    void close_thenUsed_isRefused() {
        FileDocumentStore store = open();
        store.close();
        store.close();
        assertThatThrownBy(() -> store.get(id("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.put(id("a"), NO_SESSION, body("1"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void put_interruptedThread_isWritten() {
        try (FileDocumentStore store = open()) {
            Thread.currentThread().interrupt();
            store.put(id("a"), NO_SESSION, body("1"));
            store.compact();
            assertThat(Thread.interrupted()).isTrue();
            store.put(id("b"), NO_SESSION, body("1"));
            assertThat(EdgeRig.inStore(store)).hasSize(2);
        }
    }

    @Test
    void put_sameDocumentsAgainAndAgain_staysSmall() throws IOException {
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < 400; i++) {
                store.put(id("n" + i % 3), NO_SESSION, body(i + "x".repeat(20_000)));
            }
            assertThat(Files.size(log())).isLessThan(2 << 20);
            assertThat(EdgeRig.inStore(store)).hasSize(3);
        }
        try (FileDocumentStore store = open()) {
            assertThat(store.get(id("n0")).orElseThrow().body()).isEqualTo(body(399 + "x".repeat(20_000)));
        }
    }

    @Test
    void files_afterEverything_showNoPlaintext() throws IOException {
        EdgeRig rig = new EdgeRig();
        String canary = "CANARY-7f3a";
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < 50; i++) {
                store.put(
                        id("patient:" + canary + i),
                        Optional.of("visit-" + canary),
                        body(canary).put(canary, i).put("type", canary));
                rig.server.put("patient:" + canary + (i % 7), "{}");
            }
            rig.edge(store).build().pushAll();
            store.delete(id("patient:" + canary + 20));
            store.compact();
            store.put(
                    id(canary),
                    NO_SESSION,
                    body(canary).putObject("_attachments").put("data", canary));
            assertThat(store + " " + store.list(0, 1, Selection.all())).doesNotContain(canary);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).doesNotContain(canary);
                if (Files.isRegularFile(file)) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .doesNotContain(canary, "patient", "visit", "note");
                }
            }
        }
    }

    @Test
    void reseal_andCompact_leaveNothingUnderTheOldKey() throws IOException {
        try (FileDocumentStore store = open()) {
            for (int i = 0; i < 20; i++) {
                store.put(id("n" + i), NO_SESSION, body("1"));
            }
            keys.add(Keys.key("key-two"));
            for (SecureDocumentStore.Entry entry : store.list(0, 100, Selection.all())) {
                SecureDocumentStore.Stored stored = entry.open().orElseThrow();
                assertThat(stored.keyId()).contains("key-one");
                store.reseal(List.of(stored.document().id()));
                assertThat(entry.open().orElseThrow().keyId()).contains("key-two");
            }
            store.compact();
        }
        assertThat(Files.readString(log(), StandardCharsets.ISO_8859_1))
                .doesNotContain("key-one")
                .contains("key-two");
        keys.remove("key-one");
        try (FileDocumentStore store = open()) {
            assertThat(EdgeRig.inStore(store)).hasSize(20);
        }
    }

    @Test
    void get_keyNotThere_saysWhich() {
        try (FileDocumentStore store = open()) {
            store.put(id("a"), NO_SESSION, body("1"));
            keys.add(Keys.key("key-two"));
            store.put(id("b"), NO_SESSION, body("1"));
            keys.remove("key-one");
            assertThatThrownBy(() -> store.get(id("a"))).isInstanceOfSatisfying(MissingKeyException.class, missing -> {
                assertThat(missing.keyId()).isEqualTo("key-one");
                assertThat(missing.id()).isEqualTo(id("a"));
            });
            EdgeRig rig = new EdgeRig();
            assertThat(rig.edge(store).build().pushAll())
                    .as("the others go on")
                    .isEqualTo(new EdgeReport(1, 0, 0, 1, Optional.empty()));
            assertThat(rig.events(EdgeEvent.Unreadable.class)).hasSize(1);
            keys.addToRead(Keys.key("key-one"));
            assertThat(rig.edge(store).build().pushAll().pushed()).isEqualTo(1);
            keys.remove("key-two");
            assertThatThrownBy(() -> store.put(id("c"), NO_SESSION, body("1"))).isInstanceOf(MissingKeyException.class);
            assertThat(store.count(Selection.all())).isEqualTo(2);
        }
        keys.remove("key-one");
        assertThatThrownBy(this::open).isInstanceOf(MissingKeyException.class);
    }

    @Test
    void open_anotherKeyOfTheSameName_isRefused() {
        open().close();
        byte[] other = new byte[32];
        KeyRing wrong = KeyRing.of(dev.docmirror.envelope.EnvelopeKey.raw("key-one", other));
        assertThatThrownBy(() -> FileDocumentStore.open(directory, Keys.atRest(wrong)))
                .isInstanceOf(EnvelopeException.class);
        open().close();
    }

    private FileDocumentStore open() {
        return FileDocumentStore.open(directory, Keys.atRest(keys));
    }

    private Path log() {
        return directory.resolve("documents.log");
    }
}
