package dev.docmirror.edge;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.JsonNode;

/**
 * Plaintext on its way to the server: in memory only, bounded by documents and by bytes, the oldest evicted first. What
 * is evicted is not lost, it lies encrypted in its {@link SecureDocumentStore}. Thread-safe.
 *
 * <p>Clearing lets go of the documents; when their memory is used for something else is up to the virtual machine.
 */
public final class SyncCache {
    private static final int NODE_BYTES = 64;

    private final int maxDocuments;
    private final long maxMemory;
    private final Map<DocumentId, Cached> documents = new LinkedHashMap<>();
    private long bytes;
    private long hits;
    private long evictions;
    private boolean locked;

    /**
     * What a cache holds and did.
     *
     * @param documents how many it holds
     * @param bytes how much memory they take, by estimate
     * @param hits how often one was asked for and there
     * @param evictions how many had to make room
     */
    public record Statistics(int documents, long bytes, long hits, long evictions) {}

    private record Cached(LocalDocument document, long bytes) {}

    /**
     * @param maxDocuments at least 1
     * @param maxMemory bytes, at least 1
     */
    public SyncCache(int maxDocuments, long maxMemory) {
        if (maxDocuments < 1) {
            throw new IllegalArgumentException("maxDocuments: must be >= 1, was " + maxDocuments);
        }
        if (maxMemory < 1) {
            throw new IllegalArgumentException("maxMemory: must be >= 1, was " + maxMemory);
        }
        this.maxDocuments = maxDocuments;
        this.maxMemory = maxMemory;
    }

    /**
     * Adds a document or replaces it, and evicts the oldest ones as long as there are too many.
     *
     * @return false if it is not there now: the cache is locked, or the document alone is larger than {@code maxMemory}
     */
    public synchronized boolean put(LocalDocument document) {
        remove(document.id());
        long size = size(document);
        if (locked || size > maxMemory) {
            return false;
        }
        documents.put(document.id(), new Cached(document, size));
        bytes += size;
        Iterator<Cached> oldest = documents.values().iterator();
        while (documents.size() > maxDocuments || bytes > maxMemory) {
            bytes -= oldest.next().bytes();
            oldest.remove();
            evictions++;
        }
        return true;
    }

    /** Whether a document fits without evicting another one. */
    synchronized boolean hasRoomFor(LocalDocument document) {
        return documents.size() < maxDocuments && bytes + size(document) <= maxMemory;
    }

    /** The document, if it is still here. */
    public synchronized Optional<LocalDocument> get(DocumentId id) {
        Cached cached = documents.get(id);
        if (cached == null) {
            return Optional.empty();
        }
        hits++;
        return Optional.of(cached.document());
    }

    synchronized void removeAll(Collection<DocumentId> ids) {
        ids.forEach(this::remove);
    }

    private void remove(DocumentId id) {
        Cached before = documents.remove(id);
        bytes -= before == null ? 0 : before.bytes();
    }

    /** Lets go of all documents. */
    public synchronized void clear() {
        documents.clear();
        bytes = 0;
    }

    /** Lets go of all documents and takes none until {@link #unlock()}. */
    public synchronized void lock() {
        locked = true;
        clear();
    }

    /** Takes documents again. */
    public synchronized void unlock() {
        locked = false;
    }

    /** What it holds and did. */
    public synchronized Statistics statistics() {
        return new Statistics(documents.size(), bytes, hits, evictions);
    }

    /** Figures; no content. */
    @Override
    public String toString() {
        return "SyncCache" + statistics();
    }

    private static long size(LocalDocument document) {
        long size = NODE_BYTES + text(document.id().value());
        Deque<JsonNode> left = new ArrayDeque<>();
        left.add(document.body());
        document.sending().ifPresent(sending -> left.add(sending.edit().body()));
        for (JsonNode node = left.poll(); node != null; node = left.poll()) {
            size += NODE_BYTES;
            if (node.isString()) {
                size += text(node.stringValue());
            }
            for (String name : node.propertyNames()) {
                size += text(name);
            }
            node.forEach(left::add);
        }
        return size;
    }

    private static long text(String text) {
        return NODE_BYTES + 2L * text.length();
    }
}
