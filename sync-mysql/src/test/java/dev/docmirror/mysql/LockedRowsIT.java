package dev.docmirror.mysql;

import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.SyncException;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A worker that was stopped in mid-transaction holds locks that the next one needs. */
@Timeout(120)
class LockedRowsIT {
    private static final TableLayout PEOPLE = TableLayout.of("people", "doc_id", "name");

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void write_zombieHoldsTheRows_isFreedByTheServerAndTheZombieFails(Flavor flavor) {
        TestDatabase database = TestDatabase.installed(flavor);
        database.execute("CREATE TABLE people (doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation() + " NOT NULL PRIMARY KEY, name VARCHAR(40))");
        try (HikariDataSource pool = database.pool()) {
            TestStream stream = new TestStream(pool);
            stream.write(Version.of("ada", 1, put(PEOPLE, "Ada")));
            stream.lease().close();
            Lease zombie = stream.sink()
                    .lease(stream.stream(), "zombie", Duration.ofSeconds(1))
                    .orElseThrow();
            try (MirrorTransaction frozen = stream.sink().begin(zombie)) {
                // Two minutes, in the time of a test.
                frozen.unwrap(Handle.class).orElseThrow().execute("SET SESSION wait_timeout = 1");
                TestStream.apply(frozen, List.of(Version.of("ada", 2, put(PEOPLE, "of the zombie"))));
                zombie.close();
                TestStream next = new TestStream(stream.sink(), stream.stream());
                next.write(Version.of("ada", 2, put(PEOPLE, "of the next")));
                SyncException failure = catchThrowableOfType(SyncException.class, frozen::commit);
                assertThat(failure).as("its connection or its lease is gone").isNotNull();
            }
            assertThat(database.one("SELECT name FROM people")).isEqualTo("of the next");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void commit_afterTheLeaseWasGivenBack_fails(Flavor flavor) {
        TestDatabase database = TestDatabase.installed(flavor);
        try (HikariDataSource pool = database.pool()) {
            TestStream stream = new TestStream(pool);
            try (MirrorTransaction transaction = stream.begin()) {
                TestStream.apply(transaction, List.of(Version.of("ada", 1)));
                stream.lease().close();
                assertThat(catchThrowableOfType(SyncException.class, transaction::commit))
                        .isInstanceOf(LeaseLostException.class);
            }
            assertThat(stream.isMirrored("ada")).isFalse();
        }
    }

    /** The lease expired, but nobody took it: the work is still the only one. */
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void commit_leaseExpiredAndFree_succeeds(Flavor flavor) {
        TestDatabase database = TestDatabase.installed(flavor);
        try (HikariDataSource pool = database.pool()) {
            TestStream stream = new TestStream(pool);
            try (MirrorTransaction transaction = stream.begin()) {
                TestStream.apply(transaction, List.of(Version.of("ada", 1)));
                database.execute("UPDATE sync_streams SET lease_expires_at = '2020-01-01'");
                transaction.commit();
            }
            assertThat(stream.isMirrored("ada")).isTrue();
        }
    }
}
