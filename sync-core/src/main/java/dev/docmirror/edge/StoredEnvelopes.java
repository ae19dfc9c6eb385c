package dev.docmirror.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.KeyProvider;
import dev.docmirror.envelope.SealedDocuments;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;

/**
 * The documents of a {@link SecureDocumentStore}, to be put under the newest key by
 * {@link dev.docmirror.envelope.ReEncryption}, in the order of their sequences, which they keep. At the end the store is
 * compacted. Documents may be written meanwhile; they lie under the newest key then. An edit that is on its way to the
 * server stays as it was sealed for the server.
 */
public final class StoredEnvelopes implements SealedDocuments {
    private final SecureDocumentStore store;
    private final KeyProvider keys;

    private StoredEnvelopes(SecureDocumentStore store, KeyProvider keys) {
        this.store = store;
        this.keys = keys;
    }

    /** @param keys those the store seals with; stay the caller's, as the store does */
    public static StoredEnvelopes of(SecureDocumentStore store, KeyProvider keys) {
        return new StoredEnvelopes(store, keys);
    }

    @Override
    public String newestKey() {
        return keys.newest()
                .map(EnvelopeKey::id)
                .orElseThrow(() -> new ConfigurationException("there is no key to seal with; add the new key", null));
    }

    @Override
    public Page read(Optional<Position> after, int limit) {
        String key = newestKey();
        long from = after.map(place -> Long.parseLong(place.value())).orElse(0L);
        List<SecureDocumentStore.Entry> entries = store.list(from, limit, Selection.all());
        List<Item> items = new ArrayList<>();
        for (SecureDocumentStore.Entry entry : entries) {
            look(entry, key).ifPresent(items::add);
        }
        long last = entries.isEmpty() ? from : entries.get(entries.size() - 1).sequence();
        return new StorePage(store, items, Position.of(Long.toString(last)), entries.size() < limit);
    }

    /** Empty if it was written meanwhile: it comes again, at its new place. */
    private static Optional<Item> look(SecureDocumentStore.Entry entry, String key) {
        try {
            return entry.open().map(stored -> new Item(stored.document().id(), standing(stored, key)));
        } catch (MissingKeyException e) {
            return Optional.of(new Item(e.id(), Standing.KEY_MISSING));
        } catch (MappingException e) {
            return Optional.of(new Item(e.id(), Standing.DAMAGED));
        }
    }

    private static Standing standing(SecureDocumentStore.Stored stored, String key) {
        if (stored.keyId().isEmpty()) {
            return Standing.PLAIN;
        }
        return stored.keyId().get().equals(key) ? Standing.CURRENT : Standing.OLD;
    }

    @Override
    public void finish() {
        store.compact();
    }

    private record StorePage(SecureDocumentStore store, List<Item> items, Position next, boolean isLast)
            implements Page {
        @Override
        public List<Item> rewrite() {
            List<DocumentId> old = items.stream()
                    .filter(item -> item.standing() == Standing.OLD)
                    .map(Item::id)
                    .toList();
            if (old.isEmpty()) {
                return List.of();
            }
            try {
                store.reseal(old);
                return List.of();
            } catch (MissingKeyException e) {
                throw e; // the newest key is gone: that concerns all of them
            } catch (MappingException e) {
                return oneByOne(old); // nothing was changed for the sake of one
            }
        }

        private List<Item> oneByOne(List<DocumentId> ids) {
            List<Item> refused = new ArrayList<>();
            for (DocumentId id : ids) {
                try {
                    store.reseal(List.of(id));
                } catch (MissingKeyException e) {
                    throw e;
                } catch (MappingException e) {
                    refused.add(new Item(id, Standing.REFUSED));
                }
            }
            return refused;
        }
    }
}
