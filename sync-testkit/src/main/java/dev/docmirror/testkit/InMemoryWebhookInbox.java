package dev.docmirror.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookInbox;

/** An inbox in memory. It passes {@link WebhookInboxContractTest}. Thread-safe. */
public final class InMemoryWebhookInbox implements WebhookInbox {

    /** Where the inbox can fail or wait. */
    public enum Point {
        APPEND,
        /** Any read. */
        READ
    }

    private final Clock clock;
    private final Faults<Point> faults = new Faults<>(Point.class);
    private final NavigableMap<Long, Kept> entries = new TreeMap<>();
    private final Map<DocumentId, Long> generations = new HashMap<>();
    private final Set<String> deliveries = new HashSet<>();
    private String incarnation = UUID.randomUUID().toString();
    private long last;
    private long purgedTo;

    private record Kept(Entry entry, String deliveryId, Instant at) {}

    /** An empty inbox on the system's clock. */
    public InMemoryWebhookInbox() {
        this(Clock.systemUTC());
    }

    /** @param clock tells how old entries are */
    public InMemoryWebhookInbox(Clock clock) {
        this.clock = clock;
    }

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    @Override
    public boolean append(WebhookDelivery delivery) {
        faults.pass(Point.APPEND);
        byte[] body = delivery.json();
        synchronized (this) {
            if (!deliveries.add(delivery.deliveryId())) {
                return false;
            }
            last++;
            long generation = generations.merge(delivery.id(), 1L, Long::sum);
            Entry entry = new Entry(last, generation, delivery.id(), delivery.kind(), body);
            entries.put(last, new Kept(entry, delivery.deliveryId(), clock.instant()));
            return true;
        }
    }

    @Override
    public Page after(long number, BatchLimits limits) {
        faults.pass(Point.READ);
        synchronized (this) {
            List<Entry> page = new ArrayList<>();
            long bytes = 0;
            for (Kept kept : entries.tailMap(number, false).values()) {
                bytes += kept.entry().body().length;
                if (page.size() == limits.documents() || (!page.isEmpty() && bytes > limits.bytes())) {
                    break;
                }
                page.add(kept.entry());
            }
            return new Page(page, last, purgedTo, incarnation);
        }
    }

    @Override
    public List<Entry> newest(Collection<DocumentId> ids) {
        faults.pass(Point.READ);
        synchronized (this) {
            Map<DocumentId, Entry> newest = new HashMap<>();
            entries.values().forEach(kept -> newest.put(kept.entry().id(), kept.entry()));
            newest.keySet().retainAll(new HashSet<>(ids));
            return List.copyOf(newest.values());
        }
    }

    @Override
    public synchronized long purge(long upTo, Duration olderThan) {
        Instant before = clock.instant().minus(olderThan);
        long purged = 0;
        while (!entries.isEmpty()
                && entries.firstKey() <= upTo
                && entries.firstEntry().getValue().at().isBefore(before)) {
            purgedTo = entries.firstKey();
            deliveries.remove(entries.pollFirstEntry().getValue().deliveryId());
            purged++;
        }
        return purged;
    }

    @Override
    public synchronized SourceIdentity identity() {
        return new SourceIdentity("", "inbox:memory", incarnation);
    }

    /** Deletes the inbox and makes it anew, empty. */
    public synchronized void recreate() {
        entries.clear();
        generations.clear();
        deliveries.clear();
        incarnation = UUID.randomUUID().toString();
        last = 0;
        purgedTo = 0;
    }
}
