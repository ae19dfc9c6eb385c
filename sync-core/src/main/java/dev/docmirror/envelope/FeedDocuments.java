package dev.docmirror.envelope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import tools.jackson.databind.node.ObjectNode;

/** The documents of a database, by its feed of changes. */
final class FeedDocuments implements SealedDocuments {
    private static final long PAGE_BYTES = 16L * 1024 * 1024;

    private final ChangeSource source;
    private final DocumentTarget target;
    private final Envelopes newest;
    private final EnvelopeCodec reading;

    /** What was written here and comes back in the feed. */
    private final Set<Revision> written = new HashSet<>();

    FeedDocuments(ChangeSource source, DocumentTarget target, Envelopes newest, EnvelopeCodec reading) {
        this.source = source;
        this.target = target;
        this.newest = newest;
        this.reading = reading;
    }

    @Override
    public String newestKey() {
        return newest.newestKeyId()
                .orElseThrow(() -> new ConfigurationException("there is no key to seal with; add the new key", null));
    }

    @Override
    public Page read(Optional<Position> after, int limit) throws InterruptedException {
        String key = newestKey();
        try (ChangeFeed feed = source.open(after)) {
            ChangeBatch batch = feed.poll(new BatchLimits(limit, PAGE_BYTES), Duration.ZERO);
            List<List<Leaf>> documents = new ArrayList<>();
            for (DocumentChange change : batch.changes()) {
                documents.add(
                        change.leaves().stream().map(leaf -> look(leaf, key)).toList());
            }
            return new FeedPage(documents, batch.position(), batch.caughtUp());
        }
    }

    private Leaf look(Document leaf, String key) {
        try {
            if (written.remove(leaf.revision())) {
                return new Leaf(leaf, Standing.CURRENT, Optional.empty(), false);
            }
            ObjectNode stored = leaf.stored();
            if (leaf.deleted() || !reading.recognizes(stored)) {
                return new Leaf(leaf, Standing.PLAIN, Optional.empty(), true);
            }
            if (reading.open(leaf.id(), stored) instanceof Opened.Plaintext opened) {
                boolean current = newest.recognizes(stored) && opened.keyId().equals(key);
                return new Leaf(leaf, current ? Standing.CURRENT : Standing.OLD, Optional.of(opened.body()), true);
            }
            return new Leaf(leaf, Standing.KEY_MISSING, Optional.empty(), true);
        } catch (MappingException e) {
            return new Leaf(leaf, Standing.DAMAGED, Optional.empty(), true);
        }
    }

    /** @param isNews whether it was not written here: that was counted before */
    private record Leaf(Document document, Standing standing, Optional<ObjectNode> plaintext, boolean isNews) {
        DocumentId id() {
            return document.id();
        }

        boolean isOld() {
            return standing == Standing.OLD;
        }

        Item item(Standing now) {
            return new Item(id(), now);
        }
    }

    private final class FeedPage implements Page {
        private final List<List<Leaf>> documents;
        private final Position next;
        private final boolean last;
        private final List<Item> failed = new ArrayList<>();

        FeedPage(List<List<Leaf>> documents, Position next, boolean last) {
            this.documents = documents;
            this.next = next;
            this.last = last;
        }

        @Override
        public List<Item> items() {
            return documents.stream()
                    .flatMap(List::stream)
                    .filter(Leaf::isNews)
                    .map(leaf -> leaf.item(leaf.standing()))
                    .toList();
        }

        @Override
        public Position next() {
            return next;
        }

        @Override
        public boolean isLast() {
            return last;
        }

        @Override
        public List<Item> rewrite() {
            List<Leaf> single = new ArrayList<>();
            for (List<Leaf> leaves : documents) {
                if (leaves.stream().anyMatch(Leaf::isOld)) {
                    List<Leaf> live = leaves.stream()
                            .filter(leaf -> !leaf.document().deleted())
                            .toList();
                    if (live.size() == 1) {
                        single.add(live.get(0));
                    } else {
                        rewriteConflicted(live);
                    }
                }
            }
            rewriteSingle(single);
            return failed;
        }

        private void rewriteSingle(List<Leaf> leaves) {
            List<Leaf> sealed = new ArrayList<>();
            List<DocumentEdit> edits = new ArrayList<>();
            for (Leaf leaf : leaves) {
                seal(leaf).ifPresent(body -> {
                    sealed.add(leaf);
                    edits.add(edit(leaf.id(), leaf.document().revision(), body));
                });
            }
            List<EditOutcome> outcomes = edits.isEmpty() ? List.of() : target.write(edits);
            for (int i = 0; i < outcomes.size(); i++) {
                isWritten(sealed.get(i), outcomes.get(i));
            }
        }

        /**
         * The winner has to stay more than one generation ahead of a leaf that is edited: between equal generations the
         * hash decides, which is new. So it is written first, again if need be, and a kill in between changes nothing.
         */
        private void rewriteConflicted(List<Leaf> live) {
            Leaf winner = live.get(0);
            Optional<ObjectNode> body = winner.isOld()
                    ? seal(winner)
                    : Optional.of(winner.document().stored());
            if (body.isEmpty()) {
                return;
            }
            List<Leaf> losers = live.stream().skip(1).filter(Leaf::isOld).toList();
            long behind = losers.stream()
                    .mapToLong(leaf -> leaf.document().revision().generation() + 1)
                    .max()
                    .orElse(0);
            Revision at = winner.document().revision();
            boolean sealed = !winner.isOld();
            while (!sealed || at.generation() <= behind) {
                EditOutcome outcome =
                        target.write(List.of(edit(winner.id(), at, body.get()))).get(0);
                if (!(outcome instanceof EditOutcome.Written done)) {
                    Standing why = standing(outcome);
                    if (!sealed) {
                        failed.add(winner.item(why));
                    }
                    losers.forEach(loser -> failed.add(loser.item(why)));
                    return;
                }
                at = done.revision();
                sealed = true;
            }
            written.add(at);
            for (Leaf loser : losers) {
                seal(loser).ifPresent(anew -> {
                    DocumentEdit edit = edit(loser.id(), loser.document().revision(), anew);
                    isWritten(loser, target.write(List.of(edit)).get(0));
                });
            }
        }

        private Optional<ObjectNode> seal(Leaf leaf) {
            try {
                return leaf.plaintext().map(body -> newest.seal(leaf.id(), body));
            } catch (MissingKeyException e) {
                throw e; // the newest key is gone: that concerns all of them
            } catch (MappingException e) {
                failed.add(leaf.item(Standing.REFUSED)); // beyond the limits of an envelope
                return Optional.empty();
            }
        }

        private void isWritten(Leaf leaf, EditOutcome outcome) {
            if (outcome instanceof EditOutcome.Written done) {
                written.add(done.revision());
            } else {
                failed.add(leaf.item(standing(outcome)));
            }
        }

        private static Standing standing(EditOutcome outcome) {
            return outcome instanceof EditOutcome.Refused ? Standing.REFUSED : Standing.OVERTAKEN;
        }

        private static DocumentEdit edit(DocumentId id, Revision parent, ObjectNode body) {
            return new DocumentEdit(id, Optional.of(parent), false, body);
        }
    }
}
