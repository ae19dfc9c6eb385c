package dev.docmirror.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.Opened;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever happens in whatever order, the server ends with what the store has, and no edit arrives twice. */
class EdgePropertyTest {
    private static final int DOCUMENTS = 6;

    /** Something that happens to a node. */
    enum Kind {
        PUT,
        DELETE,
        PUSH,
        PUSH_SESSION,
        /** The server writes nothing. */
        PUSH_IN_VAIN,
        /** The server writes a batch, and the answer is lost. */
        PUSH_UNHEARD,
        /** It is locked while a request is on its way. */
        PUSH_LOCKED,
        /** The node's process is killed in the middle of a write. */
        KILL,
        RESEAL,
        COMPACT
    }

    record Step(Kind kind, int number) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(6, Kind.PUT),
                Tuple.of(2, Kind.PUSH_UNHEARD),
                Tuple.of(1, Kind.DELETE),
                Tuple.of(1, Kind.PUSH),
                Tuple.of(1, Kind.PUSH_SESSION),
                Tuple.of(1, Kind.PUSH_IN_VAIN),
                Tuple.of(1, Kind.PUSH_LOCKED),
                Tuple.of(1, Kind.KILL),
                Tuple.of(1, Kind.RESEAL),
                Tuple.of(1, Kind.COMPACT));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 1_000))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void anyHistory_plaintext_endsWithTheStoreOnTheServer(@ForAll("histories") List<Step> history) throws IOException {
        run(history, Optional.empty());
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void anyHistory_sealed_endsWithTheStoreOnTheServer(@ForAll("histories") List<Step> history) throws IOException {
        run(history, Optional.of(Envelopes.of("clinic", KeyRing.of(Keys.key("server")))));
    }

    private static void run(List<Step> history, Optional<EnvelopeCodec> codec) throws IOException {
        Path directory = Files.createTempDirectory("docmirror-edge");
        try (Node node = new Node(directory, codec)) {
            history.forEach(node::step);
            node.finish();
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A node, killed and started again as often as it takes. */
    private static final class Node implements AutoCloseable {
        private final EdgeRig rig = new EdgeRig();
        private final KeyRing keys = KeyRing.of(Keys.key("k0"));
        private final Path directory;
        private final Optional<EnvelopeCodec> codec;
        private final Map<DocumentId, Integer> writes = new HashMap<>();
        private FileDocumentStore store;
        private int written;

        Node(Path directory, Optional<EnvelopeCodec> codec) {
            this.directory = directory;
            this.codec = codec;
            this.store = open();
        }

        private FileDocumentStore open() {
            return FileDocumentStore.open(directory, Keys.atRest(keys));
        }

        private EdgeSync edge() {
            EdgeSync.Builder builder = rig.edge(store)
                    .options(EdgeRig.QUICK
                            .withMaxDocuments(3)
                            .withMaxMemory(2_000)
                            .withBatchSize(2)
                            .withMaxAttempts(2));
            codec.ifPresent(builder::envelopes);
            return builder.build();
        }

        void step(Step step) {
            DocumentId id = DocumentId.of("n" + step.number() % DOCUMENTS);
            switch (step.kind()) {
                case PUT -> {
                    String text = ++written + "x".repeat(step.number());
                    store.put(id, Optional.of("visit-" + step.number() % 2), EdgeRig.body(text));
                    writes.merge(id, 1, Integer::sum);
                }
                case DELETE -> writes.merge(id, store.delete(id) ? 1 : 0, Integer::sum);
                case PUSH -> edge().pushAll();
                case PUSH_SESSION -> edge().pushSession("visit-" + step.number() % 2);
                case PUSH_IN_VAIN -> failing(Point.TARGET, step);
                case PUSH_UNHEARD -> failing(Point.TARGET_ANSWER, step);
                case PUSH_LOCKED -> {
                    EdgeSync edge = edge();
                    rig.server.faults().next(Point.TARGET_ANSWER, edge::lock);
                    edge.pushAll();
                    rig.server.faults().heal();
                }
                case KILL -> kill(step.number());
                case RESEAL -> {
                    keys.add(Keys.key("k" + ++written));
                    store.list(0, DOCUMENTS, Selection.all())
                            .forEach(entry -> store.reseal(List.of(
                                    entry.open().orElseThrow().document().id())));
                }
                case COMPACT -> store.compact();
            }
        }

        private void failing(Point point, Step step) {
            for (int i = 0; i < step.number() % 4; i++) {
                rig.server.faults().next(point, () -> {});
            }
            rig.server.faults().failNext(point, 2);
            edge().pushAll();
            rig.server.faults().heal();
        }

        /** Leaves the beginning of a record behind. */
        private void kill(int number) {
            store.close();
            try {
                Path log = directory.resolve("documents.log");
                byte[] whole = Files.readAllBytes(log);
                Files.write(log, java.util.Arrays.copyOf(whole, number % 60), StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            store = open();
        }

        void finish() {
            assertThat(edge().pushAll().isComplete()).isTrue();
            Map<String, String> shown = rig.onServer();
            codec.ifPresent(opening -> shown.replaceAll((id, envelope) -> plaintext(opening, id)));
            assertThat(shown).isEqualTo(EdgeRig.inStore(store));
            assertThat(store.count(Selection.of(PushState.PUSHED))).isEqualTo(store.count(Selection.all()));
            rig.server.all().forEach(change -> {
                assertThat(change.leaves()).hasSize(1);
                assertThat(change.winner().revision().generation())
                        .as("edits of %s", change.id())
                        .isLessThanOrEqualTo(writes.getOrDefault(change.id(), 0));
            });
        }

        private String plaintext(EnvelopeCodec opening, String id) {
            DocumentId document = DocumentId.of(id);
            Opened opened = opening.open(
                    document, rig.server.get(document).orElseThrow().winner().body());
            return ((Opened.Plaintext) opened)
                    .body()
                    .without(List.of("_id", "_rev"))
                    .toString();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
