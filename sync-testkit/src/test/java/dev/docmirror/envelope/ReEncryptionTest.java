package dev.docmirror.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.envelope.SealedDocuments.Standing;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Envelopes made anew in a database, which fails or is edited meanwhile. */
class ReEncryptionTest {
    private final InMemoryDatabase database = new InMemoryDatabase("clinic");
    private final KeyRing keys = KeyRing.of(key("k1"));
    private final Envelopes codec = Envelopes.of("clinic", keys);
    private final List<ReEncryptionEvent> events = new ArrayList<>();

    @TempDir
    Path folder;

    private static byte[] bytes(String id) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) id.charAt(1);
        return bytes;
    }

    private static EnvelopeKey key(String id) {
        return EnvelopeKey.raw(id, bytes(id));
    }

    private static ObjectNode content(String text) {
        return JsonNodeFactory.instance.objectNode().put("text", text);
    }

    private Revision seal(String id) {
        return database.put(id, sealed(id, id));
    }

    private String sealed(String id, String text) {
        return codec.seal(DocumentId.of(id), content(text)).toString();
    }

    private ReEncryption reEncryption() {
        return ReEncryption.of(database.source(), database.target(), codec, SimpleEnvelopes.of(keys, "k1"))
                .listener(events::add);
    }

    private String text(Document leaf) {
        ObjectNode body = leaf.stored();
        assertThat(body.at("/envelope/kid").stringValue())
                .as("the key of %s", leaf)
                .isEqualTo("k2");
        return ((Opened.Plaintext) codec.open(leaf.id(), body))
                .body()
                .get("text")
                .stringValue();
    }

    private void assertAllUnderTheNewKey(int documents) {
        List<DocumentChange> all = database.all();
        assertThat(all).hasSize(documents);
        for (DocumentChange each : all) {
            assertThat(text(each.winner())).isEqualTo(each.id().value());
        }
    }

    @Test
    void run_afterANewKey_sealsAllUnderItAndTellsEachOnce() throws InterruptedException {
        for (int i = 0; i < 25; i++) {
            seal("d" + i);
        }
        keys.add(key("k2"));
        seal("new");
        database.put("plain", "{\"a\":1}");
        database.put("gone", "{}");
        database.delete("gone");

        ReEncryptionReport report = reEncryption().pageSize(10).run();

        assertThat(report).isEqualTo(new ReEncryptionReport(28, 25, 1, 2, 0, 0, 0, 0));
        assertThat(report.isComplete()).isTrue();
        assertThat(events.get(events.size() - 1)).isEqualTo(new ReEncryptionEvent.Progress(report));
        assertThat(reEncryption().run()).isEqualTo(new ReEncryptionReport(28, 0, 26, 2, 0, 0, 0, 0));
        database.delete("plain");
        assertThat(text(database.get(DocumentId.of("d7")).orElseThrow().winner()))
                .isEqualTo("d7");
    }

    /** A kill at any point of a run: whatever is in memory is lost, and the next run has the file alone. */
    @Test
    void run_endedAtRandomTenTimes_endsWithAllUnderTheNewKey() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int documents = 5_000;
        for (int i = 0; i < documents; i++) {
            seal("d" + i);
        }
        keys.add(key("k2"));
        Path file = folder.resolve("progress");
        int ended = 0;
        for (int life = 0; life < 10; life++) {
            Point point = random.nextBoolean() ? Point.TARGET : Point.TARGET_ANSWER;
            for (int page = random.nextInt(5); page > 0; page--) {
                database.faults().next(point, () -> {});
            }
            database.faults().failNext(point, 1);
            try {
                reEncryption()
                        .progress(ReEncryptionProgress.file(file))
                        .pageSize(97)
                        .run();
            } catch (TransientSyncException e) {
                ended++;
            }
            database.faults().heal();
        }
        assertThat(ended).isEqualTo(10);
        assertThat(Files.exists(file)).isTrue();

        ReEncryptionReport report = reEncryption()
                .progress(ReEncryptionProgress.file(file))
                .pageSize(97)
                .run();

        assertThat(report.rewritten() + report.current()).isGreaterThanOrEqualTo(documents);
        assertThat(report.isComplete()).isTrue();
        assertThat(Files.exists(file)).isFalse();
        keys.remove("k1");
        assertAllUnderTheNewKey(documents);
    }

    @Test
    void run_progressOfAnotherKeyOrBroken_beginsAnew() throws InterruptedException {
        seal("d");
        keys.add(key("k2"));
        ReEncryptionProgress progress = ReEncryptionProgress.file(folder.resolve("progress"));
        for (String saved :
                List.of("k1\n1 1 0 0 0 0 0 0\n1-x", "", "k2\n1 2\n1-x", "k2\n", "k2\n1 1 0 0 0 0 0 x\n1-x")) {
            progress.save(saved);
            assertThat(reEncryption().progress(progress).run().read()).as(saved).isEqualTo(1);
        }
    }

    @Test
    void dryRun_saysWhatARunWouldDoAndWritesNothing() throws InterruptedException {
        seal("d");
        keys.add(key("k2"));
        List<DocumentChange> before = database.all();

        assertThat(reEncryption().dryRun()).isEqualTo(new ReEncryptionReport(1, 1, 0, 0, 0, 0, 0, 0));
        assertThat(database.all().get(0).winner().revision())
                .isEqualTo(before.get(0).winner().revision());
        assertThat(database.faults().passes(Point.TARGET)).isZero();
        assertThat(reEncryption().run().rewritten()).isEqualTo(1);
    }

    @Test
    void run_whatDoesNotOpenOrIsRefused_staysAndIsTold() throws InterruptedException {
        seal("refused");
        database.put("moved", sealed("other", "x"));
        keys.add(key("k3"));
        seal("lost");
        keys.remove("k3");
        keys.add(key("k2"));
        database.validate(edit -> edit.id().value().equals("refused") ? Optional.of("forbidden") : Optional.empty());

        ReEncryptionReport report = reEncryption().run();

        assertThat(report).isEqualTo(new ReEncryptionReport(3, 0, 0, 0, 1, 1, 1, 0));
        assertThat(report.isComplete()).isFalse();
        assertThat(events)
                .contains(
                        new ReEncryptionEvent.Left(DocumentId.of("lost"), Standing.KEY_MISSING),
                        new ReEncryptionEvent.Left(DocumentId.of("moved"), Standing.DAMAGED),
                        new ReEncryptionEvent.Left(DocumentId.of("refused"), Standing.REFUSED));
        assertThat(database.get(DocumentId.of("lost"))
                        .orElseThrow()
                        .winner()
                        .revision()
                        .generation())
                .isOne();
    }

    @Test
    void run_documentEditedMeanwhile_comesAgain() throws InterruptedException {
        Revision first = seal("d");
        keys.add(key("k2"));
        keys.addToRead(key("k0"));
        String later = Envelopes.of("clinic", KeyRing.of(key("k0")))
                .seal(DocumentId.of("d"), content("d"))
                .toString();
        database.faults().next(Point.TARGET, () -> database.put(DocumentId.of("d"), first, later));

        ReEncryptionReport report = reEncryption().run();

        assertThat(report).isEqualTo(new ReEncryptionReport(2, 1, 0, 0, 0, 0, 0, 1));
        assertAllUnderTheNewKey(1);
    }

    /** Among equal generations the greater hash wins: new hashes must not make another leaf the winner. */
    @Test
    void run_conflictedDocument_keepsItsWinnerWhereverItEnds() throws InterruptedException {
        for (int group = 0; group < 6; group++) {
            for (int i = 0; i < 20; i++) {
                String id = group + "-" + i;
                database.fork(id, "2-ffffffffffffffffffffffffffffffff", "1-a", sealed(id, id));
                database.fork(id, "2-0000000000000000000000000000000" + i % 10, "1-a", sealed(id, "loser"));
            }
        }
        keys.add(key("k2"));
        boolean ended = true;
        int lives = 0;
        for (; ended; lives++) {
            Point point = lives % 2 == 0 ? Point.TARGET : Point.TARGET_ANSWER;
            for (int writes = lives; writes > 0; writes--) {
                database.faults().next(point, () -> {});
            }
            database.faults().failNext(point, 1);
            ended = endsInFailure();
            database.faults().heal();
            assertWinners();
        }
        assertThat(lives).isGreaterThan(10);
        for (DocumentChange each : database.all()) {
            each.leaves().forEach(this::text);
        }
    }

    private boolean endsInFailure() throws InterruptedException {
        try {
            reEncryption().pageSize(7).run();
            return false;
        } catch (TransientSyncException e) {
            return true;
        }
    }

    private void assertWinners() {
        for (DocumentChange each : database.all()) {
            ObjectNode body =
                    ((Opened.Plaintext) codec.open(each.id(), each.winner().stored())).body();
            assertThat(body.get("text").stringValue()).isEqualTo(each.id().value());
        }
    }

    @Test
    void run_olderLayout_isConverted() throws InterruptedException, GeneralSecurityException {
        database.put("d", simple("{\"text\":\"d\"}"));
        keys.add(key("k2"));

        assertThat(reEncryption().run().rewritten()).isEqualTo(1);
        assertAllUnderTheNewKey(1);
    }

    private static String simple(String json) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] iv = new byte[12];
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(bytes("k1"), "AES"), new GCMParameterSpec(128, iv));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(iv);
        message.writeBytes(cipher.doFinal(json.getBytes(StandardCharsets.UTF_8)));
        return "{\"encrypted\":true,\"data\":\"" + Base64.getEncoder().encodeToString(message.toByteArray()) + "\"}";
    }

    @Test
    void run_noKeyToSealWith_isRefused() {
        keys.remove("k1");

        assertThatThrownBy(() -> reEncryption().run()).isInstanceOf(ConfigurationException.class);
    }
}
