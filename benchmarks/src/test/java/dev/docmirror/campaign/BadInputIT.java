package dev.docmirror.campaign;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.monitor.SyncListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever a document holds, it is mirrored byte for byte or parked with a reason, and the worker goes on. */
class BadInputIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Revision FIRST = Revision.of("1-a");
    private static final SyncOptions OPTIONS = SyncOptions.defaults().withSystemicFailure(1.0, 1_000_000);

    private Site site;

    @BeforeEach
    void start() {
        site = new Site();
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void bytes_ofAnyKind_areMirroredExactlyOrParked() throws Exception {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        JsonTestSuite.texts()
                .forEach((name, text) -> bodies.put(name, body(name, text.getBytes(StandardCharsets.UTF_8))));
        hostileValues().forEach((name, text) -> bodies.put(name, body(name, text.getBytes(StandardCharsets.UTF_8))));
        invalidUtf8().forEach((name, bytes) -> bodies.put(name, body(name, bytes)));
        Site.Mirror mirror = site.newMirror(RawMapping.documents());
        SyncReport report = drain(mirror, new Given(bodies));

        Map<String, String> stored = stored(mirror);
        Set<String> parked = parked(mirror);
        assertThat(report.totals().parked()).isEqualTo(parked.size());
        assertAllAccountedFor(bodies.keySet(), stored.keySet(), parked);
        stored.forEach((id, body) -> assertThat(body)
                .as("the bytes of %s", id)
                .isEqualTo(HexFormat.of().withUpperCase().formatHex(bodies.get(id))));
        assertThat(parked).as("must be refused").containsAll(named(bodies.keySet(), "n_"));
        assertThat(stored.keySet()).as("must be read").containsAll(named(bodies.keySet(), "y_"));
        assertThat(parked).containsAll(invalidUtf8().keySet()).contains("depth-101", "depth-1001", "depth-20000");
        assertThat(stored.keySet())
                .contains("depth-100", "integer-30", "exponent", "nul", "surrogate", "twice", "names");
    }

    @Test
    void documents_thatTheServerTakes_areMirroredAsItSendsThemOrParked() throws Exception {
        Map<String, String> values = JsonTestSuite.texts();
        values.putAll(hostileValues());
        Set<String> taken = new TreeSet<>();
        for (Map.Entry<String, String> value : values.entrySet()) {
            String document = "{\"_id\":\"" + value.getKey() + "\",\"v\":" + value.getValue() + "}";
            if (site.documents().write(document).isPresent()) {
                taken.add(value.getKey());
            }
        }
        Site.Mirror mirror = site.newMirror(RawMapping.documents());
        drain(mirror, site.source());

        Map<String, String> stored = stored(mirror);
        Set<String> parked = parked(mirror);
        assertAllAccountedFor(taken, stored.keySet(), parked);
        String feed =
                site.documents().send("GET", "/_changes?include_docs=true", "").body();
        stored.forEach((id, hex) -> assertThat(feed)
                .as("the body of %s, byte by byte", id)
                .contains("\"doc\":" + new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8) + "}"));
        assertThat(parked)
                .contains("depth-101")
                .allMatch(id -> id.startsWith("depth") || id.startsWith("number") || id.startsWith("i_"));
        assertThat(stored.keySet()).contains("depth-100", "integer-30", "nul", "separator", "names", "twice");
        // The stand-in takes a lone surrogate, CouchDB refuses it.
        assertThat(stored.containsKey("surrogate")).isEqualTo(taken.contains("surrogate"));
        assertThat(mirror.query("SELECT reason FROM sync_dead_letters WHERE id = 'depth-101'"))
                .containsExactly(
                        List.of("the document is nested deeper than 100 or has a number longer than 1000 characters"));
        for (String id : named(stored.keySet(), "y_")) {
            assertThat(JSON.readTree(new String(HexFormat.of().parseHex(stored.get(id)), StandardCharsets.UTF_8)))
                    .as("%s as GET shows it", id)
                    .isEqualTo(JSON.readTree(site.documents().get(id)));
        }
    }

    private static Map<String, String> hostileValues() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("integer-30", "123456789012345678901234567890");
        values.put("exponent", "1e400");
        values.put("number-2000", "9".repeat(2_000));
        values.put("fraction", "[1.10,-0.0,1e2,0.1e-7]");
        values.put("nul", "\"a\\u0000b\"");
        values.put("surrogate", "\"\\ud800 alone\"");
        values.put("twice", "{\"k\":1,\"k\":2}");
        values.put("separator", "\"line\u2028paragraph\u2029end\"");
        values.put("names", "{\"`a` \\\"b\\\" \\r\\n 'c'; --\":{\"\":1,\"$x.y\":[],\"\\u001b[31m\":0}}");
        // The document itself is the first level.
        values.put("depth-100", "[".repeat(99) + "]".repeat(99));
        values.put("depth-101", "[".repeat(100) + "]".repeat(100));
        values.put("depth-1001", "[".repeat(1_000) + "]".repeat(1_000));
        values.put("depth-20000", "[".repeat(19_999) + "]".repeat(19_999));
        return values;
    }

    private static Map<String, byte[]> invalidUtf8() {
        Map<String, byte[]> values = new LinkedHashMap<>();
        values.put("utf8-lone-continuation", new byte[] {'"', (byte) 0x81, '"'});
        values.put("utf8-overlong", new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'});
        values.put("utf8-truncated", new byte[] {'"', (byte) 0xe2, (byte) 0x82, '"'});
        values.put("utf8-surrogate", new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'});
        values.put("utf8-beyond-unicode", new byte[] {'"', (byte) 0xf4, (byte) 0xbf, (byte) 0xbf, (byte) 0xbf, '"'});
        return values;
    }

    private static byte[] body(String id, byte[] value) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("{\"_id\":\"" + id + "\",\"_rev\":\"" + FIRST + "\",\"v\":").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(value);
        body.write('}');
        return body.toByteArray();
    }

    private static void assertAllAccountedFor(Set<String> given, Set<String> stored, Set<String> parked) {
        List<String> both = new ArrayList<>(stored);
        both.addAll(parked);
        assertThat(both).as("mirrored or parked, and not both").containsExactlyInAnyOrderElementsOf(given);
    }

    private static List<String> named(Set<String> names, String prefix) {
        return names.stream().filter(name -> name.startsWith(prefix)).toList();
    }

    private SyncReport drain(Site.Mirror mirror, ChangeSource source) throws InterruptedException {
        try (SyncWorker worker =
                site.worker(source, RawMapping.documents(), mirror.pool(), OPTIONS, SyncListener.logging())) {
            return worker.runOnce();
        }
    }

    private static Map<String, String> stored(Site.Mirror mirror) {
        Map<String, String> stored = new HashMap<>();
        mirror.query("SELECT id, HEX(body) FROM documents").forEach(row -> stored.put(row.get(0), row.get(1)));
        return stored;
    }

    private static Set<String> parked(Site.Mirror mirror) {
        Set<String> parked = new TreeSet<>();
        for (List<String> row : mirror.query("SELECT id, reason FROM sync_dead_letters")) {
            assertThat(row.get(1)).as("the reason of %s", row.get(0)).isNotBlank();
            parked.add(row.get(0));
        }
        return parked;
    }

    /** A source that delivers these bytes, which no CouchDB would. */
    private record Given(Map<String, byte[]> bodies) implements ChangeSource {
        private static final Position END = Position.of("end");

        @Override
        public SourceIdentity identity() {
            return new SourceIdentity("given", "given", "given");
        }

        @Override
        public List<DocumentChange> read(Collection<DocumentId> ids) {
            return ids.stream()
                    .filter(id -> bodies.containsKey(id.value()))
                    .map(id -> DocumentChange.of(
                            new Document(id, FIRST, false, bodies.get(id.value()), DocumentReader.defaults())))
                    .toList();
        }

        @Override
        public ChangeFeed open(Optional<Position> after) {
            List<DocumentChange> left = new ArrayList<>(
                    after.isPresent()
                            ? List.of()
                            : read(bodies.keySet().stream().map(DocumentId::of).toList()));
            return new ChangeFeed() {
                @Override
                public ChangeBatch poll(BatchLimits limits, Duration maxWait) {
                    List<DocumentChange> now = List.copyOf(left);
                    left.clear();
                    return new ChangeBatch(now, END, OptionalLong.of(0), true);
                }

                @Override
                public void close() {
                    left.clear();
                }
            };
        }
    }
}
