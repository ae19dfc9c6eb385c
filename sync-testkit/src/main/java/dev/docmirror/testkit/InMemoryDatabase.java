package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.reconcile.RevisionSource;
import dev.docmirror.reconcile.RevisionSource.Purges;
import dev.docmirror.reconcile.RevisionSource.RevisionPage;
import org.jspecify.annotations.Nullable;

/**
 * A document database in memory that behaves like CouchDB: revision trees, conflicts, tombstones, a change feed with
 * opaque positions, writes through a target. It passes {@link ChangeSourceContractTest}, {@link ChangeFeedContractTest}
 * and {@link DocumentTargetContractTest}. Revisions follow from the edits alone, so that a test sees the same ones at
 * each run.
 *
 * <p>What a real feed does at times can be asked for: repeat what it gave before ({@link #rewind}), hand out an older
 * state ({@link #inject}), change the order within a batch ({@link #shuffle}), fail ({@link #faults()}). Bodies are
 * taken as they are, so that broken or extreme JSON can be fed, too. Thread-safe.
 */
public final class InMemoryDatabase implements TargetFixture {

    /** Where the source can fail or wait. */
    public enum Point {
        IDENTITY,
        OPEN,
        /** Before a poll looks for changes. */
        POLL,
        /** After a poll took its changes and before it returns them, as if the answer was lost. */
        POLL_ANSWER,
        /** A read of documents or of their ancestry. */
        READ,
        /** Before the target writes: nothing is written if it fails here. */
        TARGET,
        /** After the target wrote: everything is written, but the answer is lost if it fails here. */
        TARGET_ANSWER
    }

    private static final AtomicLong SERVERS = new AtomicLong();

    private final String name;
    private final String server = "memory-" + SERVERS.incrementAndGet();
    private final Faults<Point> faults = new Faults<>(Point.class);
    private final RevisionSource source = new InMemorySource(this);
    private final DocumentTarget target = new InMemoryTarget(this);
    private final Set<InMemoryFeed> feeds = new HashSet<>();
    private final List<DocumentChange> injected = new ArrayList<>();
    private final Map<DocumentId, RevisionTree> trees = new HashMap<>();
    private final Map<DocumentId, Long> sequences = new HashMap<>();
    private final TreeMap<Long, DocumentId> log = new TreeMap<>();
    private final Set<DocumentId> purged = new HashSet<>();
    private long lastSequence;
    private long purges;
    private long incarnation = 1;
    private @Nullable Random shuffling;
    private Function<DocumentEdit, Optional<String>> validation = edit -> Optional.empty();

    /** An empty database of a name. */
    public InMemoryDatabase(String name) {
        this.name = name;
    }

    @Override
    public RevisionSource source() {
        return source;
    }

    @Override
    public DocumentTarget target() {
        return target;
    }

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    /** Like {@link #put(DocumentId, String)}. */
    public Revision put(String id, String body) {
        return put(DocumentId.of(id), body);
    }

    @Override
    public synchronized Revision put(DocumentId id, String body) {
        RevisionTree tree = trees.get(id);
        return edit(id, tree == null ? Optional.empty() : Optional.of(winner(tree)), false, body);
    }

    /**
     * Extends a leaf.
     *
     * @throws IllegalStateException if the parent is no leaf (CouchDB's 409)
     */
    public synchronized Revision put(DocumentId id, Revision parent, String body) {
        return edit(id, Optional.of(parent), false, body);
    }

    /** Deletes the winner. */
    public synchronized Revision delete(String id) {
        DocumentId documentId = DocumentId.of(id);
        return delete(documentId, winner(known(documentId)));
    }

    @Override
    public synchronized Revision delete(DocumentId id, Revision leaf) {
        return edit(id, Optional.of(leaf), true, "{}");
    }

    @Override
    public synchronized void fork(
            DocumentId id, Revision revision, Optional<Revision> parent, boolean deleted, String body) {
        RevisionTree tree = treeOf(id);
        if (tree.graft(revision, parent, deleted, body)) {
            trees.put(id, tree);
            changed(id);
        }
    }

    /** Hands all leaves with their histories to another database, as a replication that runs to its end. */
    synchronized void replicateTo(InMemoryDatabase target) {
        trees.values().forEach(target::merge);
    }

    private synchronized void merge(RevisionTree theirs) {
        DocumentId id = theirs.change().id();
        RevisionTree tree = treeOf(id);
        if (tree.merge(theirs)) {
            trees.put(id, tree);
            changed(id);
        }
    }

    /** Adds a document as it is, beside its other leaves. */
    synchronized void fork(Document leaf) {
        RevisionTree tree = treeOf(leaf.id());
        if (tree.graft(leaf)) {
            trees.put(leaf.id(), tree);
            changed(leaf.id());
        }
    }

    /**
     * Adds a revision beside others; text for what {@link #fork(DocumentId, Revision, Optional, boolean, String)}
     * takes.
     */
    public void fork(String id, String revision, String parent, String body) {
        fork(DocumentId.of(id), Revision.of(revision), Optional.of(Revision.of(parent)), false, body);
    }

    /** Forgets a document; its row leaves the feed without a trace, as a full purge does. */
    public synchronized void purge(DocumentId id) {
        known(id);
        trees.remove(id);
        forget(id);
        tellPurged(id);
    }

    private void tellPurged(DocumentId id) {
        purged.add(id);
        purges++;
    }

    /** Forgets one leaf. With the last one the document is purged. */
    public synchronized void purge(DocumentId id, Revision leaf) {
        RevisionTree tree = known(id);
        tree.purge(leaf);
        if (tree.isEmpty()) {
            purge(id);
        } else {
            changed(id);
            tellPurged(id);
        }
    }

    /** A document as it is now, with every leaf; empty if it was never written or was purged. */
    public synchronized Optional<DocumentChange> get(DocumentId id) {
        return Optional.ofNullable(trees.get(id)).map(RevisionTree::change);
    }

    /** Every document as it is now, deleted ones included, in the order of the feed. */
    public synchronized List<DocumentChange> all() {
        return log.values().stream().map(id -> known(id).change()).toList();
    }

    /** Forgets the bodies of revisions that are no leaves, of all documents. */
    public synchronized void compact() {
        trees.values().forEach(RevisionTree::compact);
    }

    /**
     * What the target refuses from now on, as a validation function of CouchDB does: a rule names the reason. What is
     * written past the target is not asked about.
     */
    public synchronized void validate(Function<DocumentEdit, Optional<String>> rule) {
        validation = rule;
    }

    @Override
    public synchronized void recreate() {
        trees.clear();
        sequences.clear();
        log.clear();
        purged.clear();
        lastSequence = 0;
        purges = 0;
        incarnation++;
        notifyAll();
    }

    /** Sets each open feed back, so that the last {@code documents} it gave come again, at their newest states. */
    public synchronized void rewind(int documents) {
        feeds.forEach(feed -> feed.rewind(documents));
        notifyAll();
    }

    /**
     * Hands out these states first with the next batch, as a node that lags behind does. Later ones of a document win.
     */
    public synchronized void inject(DocumentChange... states) {
        injected.addAll(List.of(states));
        notifyAll();
    }

    /** From now on the order within each batch is arbitrary, but the same for the same seed and edits. */
    public synchronized void shuffle(long seed) {
        shuffling = new Random(seed);
    }

    @Override
    public synchronized void close() {
        List.copyOf(feeds).forEach(InMemoryFeed::close);
    }

    /** Id and name; no content. */
    @Override
    public String toString() {
        return "InMemoryDatabase[" + name + "]";
    }

    // For the feeds, which hold this object's monitor.

    NavigableMap<Long, DocumentId> log() {
        return log;
    }

    long incarnation() {
        return incarnation;
    }

    long lastSequence() {
        return lastSequence;
    }

    List<DocumentChange> takeInjected() {
        List<DocumentChange> taken = List.copyOf(injected);
        injected.clear();
        return taken;
    }

    boolean hasInjected() {
        return !injected.isEmpty();
    }

    Optional<Random> shuffling() {
        return Optional.ofNullable(shuffling);
    }

    RevisionTree known(DocumentId id) {
        RevisionTree tree = trees.get(id);
        if (tree == null) {
            throw new IllegalStateException("no such document: " + id);
        }
        return tree;
    }

    void closed(InMemoryFeed feed) {
        feeds.remove(feed);
    }

    // For source and target.

    synchronized SourceIdentity identity() {
        return new SourceIdentity(server, name, Long.toString(incarnation));
    }

    synchronized ChangeFeed open(Optional<Position> after) {
        InMemoryFeed feed = new InMemoryFeed(this, after);
        feeds.add(feed);
        return feed;
    }

    synchronized Purges purges(Optional<String> seen) {
        String sequence = purges + "-purged";
        return new Purges(seen.equals(Optional.of(sequence)) ? Set.of() : purged, sequence);
    }

    synchronized RevisionPage revisions(Optional<Position> after, int limit) {
        long from = after.map(InMemoryFeed::parse).orElse(0L);
        Map<DocumentId, LeafDigest> page = new HashMap<>();
        long last = from;
        for (Map.Entry<Long, DocumentId> entry : log.tailMap(from, false).entrySet()) {
            if (page.size() == limit) {
                break;
            }
            page.put(entry.getValue(), known(entry.getValue()).change().digest());
            last = entry.getKey();
        }
        return new RevisionPage(
                page, InMemoryFeed.position(last), log.tailMap(last, false).isEmpty());
    }

    synchronized Optional<Ancestry> ancestry(DocumentId id) {
        return Optional.ofNullable(trees.get(id)).map(RevisionTree::ancestry);
    }

    synchronized Optional<String> refusal(DocumentEdit edit) {
        return validation.apply(edit);
    }

    /** Empty if the parent is no leaf, or if the document is there and no parent is named; one that is deleted is not. */
    synchronized Optional<Revision> write(DocumentId id, Optional<Revision> parent, boolean deleted, String body) {
        RevisionTree tree = treeOf(id);
        boolean gone = !tree.isEmpty() && tree.change().winner().deleted();
        Optional<Revision> extended = parent.isEmpty() && gone ? Optional.of(winner(tree)) : parent;
        return tree.takes(extended) && !(gone && (parent.isPresent() || deleted))
                ? Optional.of(edit(id, extended, deleted, body))
                : tree.written(parent, deleted, body);
    }

    private Revision edit(DocumentId id, Optional<Revision> parent, boolean deleted, String body) {
        RevisionTree tree = treeOf(id);
        Revision revision = tree.edit(parent, deleted, body);
        trees.put(id, tree);
        changed(id);
        return revision;
    }

    // A new tree becomes known only with its first revision: a refused write leaves nothing.
    private RevisionTree treeOf(DocumentId id) {
        RevisionTree tree = trees.get(id);
        return tree == null ? new RevisionTree(id) : tree;
    }

    private void changed(DocumentId id) {
        forget(id);
        lastSequence++;
        log.put(lastSequence, id);
        sequences.put(id, lastSequence);
        notifyAll();
    }

    private void forget(DocumentId id) {
        Long sequence = sequences.remove(id);
        if (sequence != null) {
            log.remove(sequence);
        }
    }

    private static Revision winner(RevisionTree tree) {
        return tree.change().winner().revision();
    }
}
