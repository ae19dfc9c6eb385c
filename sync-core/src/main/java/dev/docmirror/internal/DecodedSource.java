package dev.docmirror.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;

/** A source whose documents are read by a codec. */
record DecodedSource(ChangeSource source, DocumentCodec codec) implements ChangeSource {
    @Override
    public SourceIdentity identity() {
        return source.identity();
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        return new Feed(source.open(after), this);
    }

    @Override
    public List<DocumentChange> read(Collection<DocumentId> ids) {
        return source.read(ids).stream().map(this::decoded).toList();
    }

    @Override
    public List<Ancestry> ancestry(Collection<DocumentId> ids) {
        return source.ancestry(ids).stream().map(this::decoded).toList();
    }

    private DocumentChange decoded(DocumentChange change) {
        List<Document> leaves =
                change.leaves().stream().map(leaf -> leaf.readBy(codec)).toList();
        return new DocumentChange(change.id(), leaves);
    }

    private Ancestry decoded(Ancestry ancestry) {
        Map<Revision, Document> versions = new HashMap<>();
        ancestry.versions().forEach((revision, version) -> versions.put(revision, version.readBy(codec)));
        return new Ancestry(ancestry.id(), ancestry.paths(), versions);
    }

    private record Feed(ChangeFeed feed, DecodedSource decoding) implements ChangeFeed {
        @Override
        public ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException {
            ChangeBatch batch = feed.poll(limits, maxWait);
            List<DocumentChange> changes =
                    batch.changes().stream().map(decoding::decoded).toList();
            return new ChangeBatch(changes, batch.position(), batch.pending(), batch.caughtUp());
        }

        @Override
        public void close() {
            feed.close();
        }
    }
}
