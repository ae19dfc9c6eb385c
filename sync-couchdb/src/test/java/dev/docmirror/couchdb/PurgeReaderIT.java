package dev.docmirror.couchdb;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.reconcile.RevisionSource.Purges;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What was purged is told by CouchDB 3.4 and newer. */
@Timeout(120)
class PurgeReaderIT {
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
    void purges_wholeAndHalfDocuments_areNamedUntilTheyWereSeen() {
        assumeTrue(Servers.isCouchDb(), "the stand-in has no _purge");
        DocumentId gone = DocumentId.of("ü gone 😀");
        DocumentId half = DocumentId.of("half");
        DocumentId kept = DocumentId.of("kept");
        Revision goneRevision = database.put(gone, "{}");
        Revision first = database.put(half, "{}");
        Revision losing = Revision.of("2-" + "0".repeat(32));
        Revision winning = Revision.of("2-" + "f".repeat(32));
        database.fork(half, losing, Optional.of(first), false, "{}");
        database.fork(half, winning, Optional.of(first), false, "{}");
        database.put(kept, "{}");
        Purges before = database.source().purges(Optional.empty()).orElseThrow();
        assertThat(before.documents()).isEmpty();
        assertThat(before.sequence()).isNotEmpty();

        database.purge(gone, goneRevision);
        database.purge(half, losing);

        Purges purges = database.source().purges(Optional.of(before.sequence())).orElseThrow();
        assertThat(purges.documents()).containsExactlyInAnyOrder(gone, half);
        assertThat(database.source().purges(Optional.empty()).orElseThrow().documents())
                .isEqualTo(purges.documents());
        Purges idle = database.source().purges(Optional.of(purges.sequence())).orElseThrow();
        assertThat(List.of(gone, half)).containsAll(idle.documents());
        assertThat(database.source().read(List.of(gone))).isEmpty();
    }

    @Test
    void purges_serverThatDoesNotTellThem_isEmpty() {
        assumeFalse(Servers.isCouchDb(), "CouchDB tells them since 3.4");
        assertThat(database.source().purges(Optional.empty())).isEmpty();
    }
}
