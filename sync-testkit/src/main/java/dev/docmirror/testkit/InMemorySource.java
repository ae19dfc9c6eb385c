package dev.docmirror.testkit;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.reconcile.RevisionSource;
import dev.docmirror.testkit.InMemoryDatabase.Point;

/** Follows an {@link InMemoryDatabase}. */
final class InMemorySource implements RevisionSource {
    private final InMemoryDatabase database;

    InMemorySource(InMemoryDatabase database) {
        this.database = database;
    }

    @Override
    public SourceIdentity identity() {
        database.faults().pass(Point.IDENTITY);
        return database.identity();
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        database.faults().pass(Point.OPEN);
        return database.open(after);
    }

    @Override
    public List<DocumentChange> read(Collection<DocumentId> ids) {
        return each(ids, database::get);
    }

    @Override
    public List<Ancestry> ancestry(Collection<DocumentId> ids) {
        return each(ids, database::ancestry);
    }

    @Override
    public RevisionPage revisions(Optional<Position> after, int limit) {
        database.faults().pass(Point.READ);
        return database.revisions(after, limit);
    }

    @Override
    public Optional<Purges> purges(Optional<String> seen) {
        database.faults().pass(Point.READ);
        return Optional.of(database.purges(seen));
    }

    private <T> List<T> each(Collection<DocumentId> ids, Function<DocumentId, Optional<T>> read) {
        database.faults().pass(Point.READ);
        return ids.stream().distinct().map(read).flatMap(Optional::stream).toList();
    }

    @Override
    public String toString() {
        return database.toString();
    }
}
