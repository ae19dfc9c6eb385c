package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.reconcile.RevisionSource.RevisionPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The list of documents without bodies says the same as the documents themselves. */
@Timeout(120)
class RevisionReaderIT {
    private Database database;

    @BeforeEach
    void open() {
        database = new Database(Servers.shared());
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void revisions_editedDeletedAndForkedDocuments_areThoseThatAreRead() {
        List<DocumentId> ids = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            DocumentId id = DocumentId.of(i == 7 ? "ü 7 😀 " : "d" + i);
            ids.add(id);
            Revision first = database.put(id, "{\"n\":1}");
            if (i % 10 == 1) {
                database.delete(id, first);
            } else if (i % 10 == 2) {
                database.fork(id, Revision.of("2-" + "a".repeat(32)), Optional.of(first), false, "{\"n\":2}");
                database.fork(id, Revision.of("2-" + "b".repeat(32)), Optional.of(first), i == 2, "{\"n\":3}");
            }
        }
        database.put(DocumentId.of("_design/views"), "{\"views\":{}}");
        Map<DocumentId, LeafDigest> listed = new HashMap<>();
        Optional<Position> after = Optional.empty();
        boolean end = false;
        int pages = 0;
        while (!end) {
            RevisionPage page = database.source().revisions(after, 50);
            listed.putAll(page.documents());
            after = Optional.of(page.position());
            end = page.end();
            pages++;
        }
        assertThat(pages).isBetween(3, 5);
        assertThat(listed).hasSize(120);
        for (DocumentChange change : database.source().read(ids)) {
            assertThat(listed).containsEntry(change.id(), change.digest());
        }
        assertThat(database.source().revisions(after, 50).documents()).isEmpty();
    }
}
