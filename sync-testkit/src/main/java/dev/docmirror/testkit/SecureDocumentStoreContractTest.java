package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.edge.LocalDocument;
import dev.docmirror.edge.LocalDocument.Sending;
import dev.docmirror.edge.PushState;
import dev.docmirror.edge.SecureDocumentStore;
import dev.docmirror.edge.SecureDocumentStore.Entry;
import dev.docmirror.edge.Selection;
import dev.docmirror.error.MappingException;
import dev.docmirror.queue.DocumentEdit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link SecureDocumentStore} has to keep: one order of changes, each document whole, exactly what was put,
 * and all of it there when the store is opened again.
 */
public abstract class SecureDocumentStoreContractTest {
    private static final Optional<String> NO_SESSION = Optional.empty();
    private static final DocumentId ADA = DocumentId.of("patient:ada");
    private static final DocumentId BEN = DocumentId.of("patient:ben");
    private static final DocumentId CLEO = DocumentId.of("patient:cleo");
    private static final Revision FIRST = Revision.of("1-917fa2381192822767f010b95b45325b");

    /** An empty store at the first call of a test, the same one later on. */
    protected abstract SecureDocumentStore store();

    /** Closes the store and opens it again, as the next process would; then {@link #store()} is this one. */
    protected abstract void reopen();

    @Test
    void get_neverPut_isEmpty() {
        assertThat(store().get(ADA)).isEmpty();
        assertThat(list(Selection.all())).isEmpty();
        assertThat(store().count(Selection.all())).isZero();
    }

    @Test
    void put_new_isPendingWithoutParent() {
        LocalDocument put = store().put(ADA, Optional.of("visit-1"), body("Ada"));
        assertThat(put.sequence()).isPositive();
        for (int i = 0; i < 2; i++) {
            LocalDocument kept = get(ADA);
            assertThat(kept).isEqualTo(put);
            assertThat(kept.state()).isEqualTo(PushState.PENDING);
            assertThat(kept.session()).contains("visit-1");
            assertThat(kept.parent()).isEmpty();
            assertThat(kept.sending()).isEmpty();
            assertThat(kept.deleted()).isFalse();
            reopen();
        }
    }

    @Test
    void put_oddContent_isKeptExactly() {
        ObjectNode odd = JsonNodeFactory.instance.objectNode();
        odd.put("long", new java.math.BigInteger("123456789012345678901234567890"));
        odd.put("decimal", new java.math.BigDecimal("1.10"));
        odd.put("halves", "a\ud800\ud83d\ude00 \udc00 \u0000 \"\\ \u2028");
        odd.put("encrypted", true).put("data", "AAAA").put("type", "patient");
        odd.putObject("_attachments").putObject("scan").put("data", "AAAA");
        odd.put("sequence", "mine").putNull("none").put("", "empty");
        ObjectNode inner = odd;
        for (int i = 0; i < 300; i++) {
            inner = inner.putObject("in");
        }
        store().put(ADA, Optional.of("séance \"1\""), odd);
        reopen();
        assertThat(get(ADA).body().toString()).isEqualTo(odd.toString());
        assertThat(get(ADA).session()).contains("séance \"1\"");
    }

    @Test
    void put_bodyModifiedLater_keepsWhatWasPut() {
        ObjectNode body = body("Ada");
        store().put(ADA, NO_SESSION, body);
        body.put("name", "changed");
        get(ADA).body().put("name", "changed");
        assertThat(get(ADA).body()).isEqualTo(body("Ada"));
    }

    @Test
    void put_again_takesANewSequenceAndSession() {
        LocalDocument first = store().put(ADA, Optional.of("visit-1"), body("Ada"));
        store().put(BEN, NO_SESSION, body("Ben"));
        LocalDocument again = store().put(ADA, Optional.of("visit-2"), body("Ada L."));
        assertThat(again.sequence()).isGreaterThan(first.sequence());
        assertThat(list(Selection.all())).containsExactly(BEN, ADA);
        assertThat(list(Selection.all().inSession("visit-1"))).isEmpty();
        assertThat(list(Selection.all().inSession("visit-2"))).containsExactly(ADA);
        reopen();
        assertThat(list(Selection.all())).containsExactly(BEN, ADA);
        assertThat(store().put(CLEO, NO_SESSION, body("Cleo")).sequence()).isGreaterThan(again.sequence());
    }

    @Test
    void put_lookAlikeIds_areDifferentDocuments() {
        List<String> ids = List.of("a", "A", "a ", "á", "a\u0301", "a/b", "../a", "a\u0000", "x".repeat(4_000));
        ids.forEach(id -> store().put(DocumentId.of(id), NO_SESSION, body(id)));
        reopen();
        ids.forEach(id -> assertThat(get(DocumentId.of(id)).body()).isEqualTo(body(id)));
        assertThat(store().count(Selection.all())).isEqualTo(ids.size());
    }

    @Test
    void put_idWithHalfACharacter_isRefused() {
        assertThatThrownBy(() -> store().put(DocumentId.of("a\ud800"), NO_SESSION, body("x")))
                .isInstanceOf(MappingException.class);
        assertThat(store().count(Selection.all())).isZero();
    }

    @Test
    void put_pushedBefore_followsThatRevision() {
        store().put(ADA, NO_SESSION, body("Ada"));
        stand(ADA, PushState.PUSHED, Optional.of(FIRST), Optional.empty());
        assertThat(list(Selection.of(PushState.PENDING))).isEmpty();
        store().put(ADA, NO_SESSION, body("Ada L."));
        reopen();
        assertThat(get(ADA).parent()).contains(FIRST);
        assertThat(list(Selection.of(PushState.PENDING))).containsExactly(ADA);
    }

    @Test
    void put_whileAnEditIsOnItsWay_keepsThatEdit() {
        store().put(ADA, NO_SESSION, body("Ada"));
        Sending sending = new Sending(
                get(ADA).sequence(), new DocumentEdit(ADA, Optional.of(FIRST), false, body("as it was sent")));
        stand(ADA, PushState.PENDING, Optional.of(FIRST), Optional.of(sending));
        store().put(ADA, NO_SESSION, body("newer"));
        reopen();
        assertThat(get(ADA).sending()).contains(sending);
        assertThat(get(ADA).body()).isEqualTo(body("newer"));
        assertThat(store().delete(ADA)).isTrue();
        reopen();
        assertThat(get(ADA).sending()).contains(sending);
        assertThat(get(ADA).state()).isEqualTo(PushState.PENDING);
    }

    @Test
    void delete_neverSent_hasNothingToPush() {
        store().put(ADA, Optional.of("visit-1"), body("Ada"));
        assertThat(store().delete(ADA)).isTrue();
        assertThat(store().delete(ADA)).as("deleted already").isFalse();
        assertThat(store().delete(BEN)).as("not there").isFalse();
        reopen();
        assertThat(get(ADA).deleted()).isTrue();
        assertThat(get(ADA).body().isEmpty()).isTrue();
        assertThat(get(ADA).state()).isEqualTo(PushState.PUSHED);
        assertThat(get(ADA).session()).contains("visit-1");
    }

    @Test
    void delete_pushed_isATombstoneToPush() {
        store().put(ADA, NO_SESSION, body("Ada"));
        stand(ADA, PushState.PUSHED, Optional.of(FIRST), Optional.empty());
        long before = get(ADA).sequence();
        assertThat(store().delete(ADA)).isTrue();
        reopen();
        assertThat(get(ADA).deleted()).isTrue();
        assertThat(get(ADA).parent()).contains(FIRST);
        assertThat(get(ADA).state()).isEqualTo(PushState.PENDING);
        assertThat(get(ADA).sequence()).isGreaterThan(before);
    }

    @Test
    void rebase_inConflict_isPushedAgain() {
        store().put(ADA, NO_SESSION, body("Ada"));
        stand(ADA, PushState.CONFLICTING, Optional.empty(), Optional.empty());
        store().put(ADA, NO_SESSION, body("merged"));
        assertThat(get(ADA).state()).as("writing alone ends no conflict").isEqualTo(PushState.CONFLICTING);
        assertThat(store().retry(ADA)).isFalse();
        assertThat(store().rebase(ADA, Optional.of(FIRST))).isTrue();
        assertThat(store().rebase(BEN, Optional.of(FIRST))).isFalse();
        reopen();
        assertThat(get(ADA).state()).isEqualTo(PushState.PENDING);
        assertThat(get(ADA).parent()).contains(FIRST);
        assertThat(get(ADA).body()).isEqualTo(body("merged"));
    }

    @Test
    void retry_refused_isPushedAgain() {
        store().put(ADA, NO_SESSION, body("Ada"));
        store().put(BEN, NO_SESSION, body("Ben"));
        stand(ADA, PushState.REFUSED, Optional.empty(), Optional.empty());
        stand(BEN, PushState.REFUSED, Optional.empty(), Optional.empty());
        assertThat(list(Selection.of(PushState.REFUSED))).containsExactly(ADA, BEN);
        assertThat(store().retry(ADA)).isTrue();
        assertThat(store().retry(CLEO)).isFalse();
        store().put(BEN, NO_SESSION, body("Benjamin"));
        reopen();
        assertThat(list(Selection.of(PushState.PENDING))).containsExactly(ADA, BEN);
    }

    @Test
    void list_manyDocuments_pagesInTheOrderOfChanges() {
        List<DocumentId> put = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            DocumentId id = DocumentId.of("note:" + (i * 7) % 25);
            store().put(id, Optional.of("visit-" + i % 2), body("note"));
            put.add(id);
        }
        List<DocumentId> paged = new ArrayList<>();
        long after = 0;
        for (List<Entry> page = store().list(after, 4, Selection.all());
                !page.isEmpty();
                page = store().list(after, 4, Selection.all())) {
            assertThat(page).hasSizeLessThanOrEqualTo(4);
            page.forEach(entry -> paged.add(open(entry)));
            after = page.get(page.size() - 1).sequence();
        }
        assertThat(paged).isEqualTo(put);
        assertThat(store().count(Selection.of(PushState.PENDING).inSession("visit-0")))
                .isEqualTo(13);
        assertThat(store().count(Selection.of(PushState.PUSHED).inSession("visit-0")))
                .isZero();
    }

    @Test
    void open_changedSinceItWasListed_isEmpty() {
        store().put(ADA, NO_SESSION, body("Ada"));
        Entry entry = store().list(0, 1, Selection.all()).get(0);
        assertThat(entry.open()).isPresent();
        stand(ADA, PushState.PUSHED, Optional.of(FIRST), Optional.empty());
        assertThat(entry.open().orElseThrow().document().state())
                .as("of the same sequence, as it is now")
                .isEqualTo(PushState.PUSHED);
        store().put(ADA, NO_SESSION, body("Ada L."));
        assertThat(entry.open()).isEmpty();
    }

    @Test
    void update_severalDocuments_areAskedInTurn() {
        store().put(ADA, NO_SESSION, body("Ada"));
        List<LocalDocument> written = store().update(
                        List.of(ADA, BEN, CLEO),
                        (id, current, next) -> id.equals(BEN)
                                ? Optional.empty()
                                : Optional.of(document(id, next, PushState.PENDING, body("new"))));
        assertThat(written).extracting(LocalDocument::id).containsExactly(ADA, CLEO);
        assertThat(store().get(BEN)).isEmpty();
        reopen();
        assertThat(list(Selection.all())).containsExactly(ADA, CLEO);
        assertThat(get(ADA).body()).isEqualTo(body("new"));
    }

    @Test
    void update_throws_changesNothing() {
        store().put(ADA, NO_SESSION, body("Ada"));
        LocalDocument before = get(ADA);
        assertThatThrownBy(() -> store().update(List.of(ADA, BEN), (id, current, next) -> {
                    if (id.equals(BEN)) {
                        throw new IllegalStateException("no");
                    }
                    return Optional.of(document(id, next, PushState.PENDING, body("new")));
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(get(ADA)).isEqualTo(before);
        reopen();
        assertThat(get(ADA)).isEqualTo(before);
    }

    @Test
    void update_otherIdOrSequence_isRefused() {
        store().put(ADA, NO_SESSION, body("Ada"));
        assertRefused((id, current, next) -> Optional.of(document(BEN, next, PushState.PENDING, body("x"))));
        assertRefused((id, current, next) -> Optional.of(document(ADA, next + 1, PushState.PENDING, body("x"))));
        assertThatThrownBy(() -> store().update(List.of(ADA, ADA), (id, current, next) -> current))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(get(ADA).body()).isEqualTo(body("Ada"));
    }

    @Test
    void reseal_andCompact_changeNothing() {
        List<LocalDocument> before = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            store().put(DocumentId.of("note:" + i % 20), Optional.of("visit-" + i % 3), body("note " + i));
        }
        stand(DocumentId.of("note:3"), PushState.PUSHED, Optional.of(FIRST), Optional.empty());
        store().delete(DocumentId.of("note:3"));
        IntStream.range(0, 20).forEach(i -> before.add(get(DocumentId.of("note:" + i))));
        List<DocumentId> order = list(Selection.all());
        store().reseal(order);
        store().compact();
        for (int i = 0; i < 2; i++) {
            assertThat(list(Selection.all())).isEqualTo(order);
            before.forEach(document -> assertThat(get(document.id())).isEqualTo(document));
            reopen();
        }
        store().put(ADA, NO_SESSION, body("Ada"));
        assertThat(list(Selection.all())).endsWith(ADA);
    }

    @Test
    void put_manyThreads_losesNothing() throws InterruptedException, ExecutionException {
        SecureDocumentStore store = store();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Long> sequences = new ArrayList<>();
        try {
            List<Future<Long>> puts = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                DocumentId id = DocumentId.of("note:" + i % 12);
                ObjectNode body = body("note " + i);
                puts.add(threads.submit(() -> store.put(id, NO_SESSION, body).sequence()));
            }
            for (Future<Long> put : puts) {
                sequences.add(put.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(new TreeSet<>(sequences)).hasSize(60);
        assertThat(list(Selection.all())).hasSize(12).doesNotHaveDuplicates();
    }

    private void assertRefused(SecureDocumentStore.Change change) {
        assertThatThrownBy(() -> store().update(List.of(ADA), change)).isInstanceOf(IllegalArgumentException.class);
    }

    private List<DocumentId> list(Selection selection) {
        return store().list(0, Integer.MAX_VALUE, selection).stream()
                .map(SecureDocumentStoreContractTest::open)
                .toList();
    }

    private static DocumentId open(Entry entry) {
        LocalDocument document = entry.open().orElseThrow().document();
        assertThat(document.sequence()).isEqualTo(entry.sequence());
        assertThat(document.state()).isEqualTo(entry.state());
        return document.id();
    }

    private LocalDocument get(DocumentId id) {
        return store().get(id).orElseThrow();
    }

    /** Has a document stand to the server as a push would leave it. */
    private void stand(DocumentId id, PushState state, Optional<Revision> parent, Optional<Sending> sending) {
        store().update(
                        List.of(id),
                        (same, current, next) -> current.map(document -> new LocalDocument(
                                id,
                                document.sequence(),
                                document.session(),
                                document.deleted(),
                                document.body(),
                                state,
                                parent,
                                sending)));
    }

    private static LocalDocument document(DocumentId id, long sequence, PushState state, ObjectNode body) {
        return new LocalDocument(
                id, sequence, Optional.empty(), false, body, state, Optional.empty(), Optional.empty());
    }

    private static ObjectNode body(String name) {
        return JsonNodeFactory.instance.objectNode().put("name", name);
    }
}
