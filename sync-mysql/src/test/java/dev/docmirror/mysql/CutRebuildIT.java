package dev.docmirror.mysql;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A rebuild that is cut off at any of its statements, and begun again until it is through. */
@ParameterizedClass
@EnumSource(Flavor.class)
@Timeout(300)
class CutRebuildIT {
    private static final long SEED = Long.getLong("docmirror.test.seed", new Random().nextLong());
    private static final int CUTS = Integer.getInteger("rebuild.cuts", 8);
    private static final int MOST_BETWEEN_CUTS = 500;

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private Map<String, Set<String>> live;

    @BeforeEach
    void mirror() throws InterruptedException {
        database = TestDatabase.installed(flavor);
        HikariConfig config = database.config(database.ownUrl());
        config.setMaximumPoolSize(8);
        pool = new HikariDataSource(config);
        RebuildRig.createTables(database, pool);
        RebuildRig.mirror(pool, RebuildRig.first(), RebuildRig.second());
        live = RebuildRig.contents(database);
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void rebuild_cutOffAgainAndAgain_endsAsAFreshMirror() throws Exception {
        InMemoryDatabase clinic = RebuildRig.third();
        SplittableRandom random = new SplittableRandom(SEED);
        Set<String> phases = new TreeSet<>();
        // Most of it is filling: a few more cuts, if none of them was elsewhere.
        for (int cut = 0; cut < CUTS || phases.size() < 2; cut++) {
            CutDataSource dying = CutDataSource.at(pool, 1 + random.nextInt(MOST_BETWEEN_CUTS), random.nextBoolean());
            attempt(dying, clinic);
            phases.add(phase());
            assertIntact();
        }
        RebuildRig.rebuild(pool, clinic);
        assertThat(RebuildRig.contents(database)).as("seed %d", SEED).isEqualTo(RebuildRig.fresh(flavor));
        RebuildRig.assertNothingLeft(database);
    }

    /** The worker has no more patience than its own lease lasts. */
    @Test
    void fill_cutOffWhileItCarriesOver_keepsNobodyWaiting() throws Exception {
        InMemoryDatabase clinic = RebuildRig.third();
        attempt(CutDataSource.before(pool, "REPLACE INTO sync_protected_versions"), clinic);
        assertThat(phase()).isEqualTo("FILLING");
        RebuildRig.rebuild(pool, clinic);
        assertThat(RebuildRig.contents(database)).isEqualTo(RebuildRig.fresh(flavor));
    }

    /** At each statement in turn, before and after it, from just before the rename to the end. */
    @Test
    void swap_cutOffAtEachStatement_isEndedByTheNextBegin() throws Exception {
        InMemoryDatabase clinic = RebuildRig.third();
        attempt(CutDataSource.before(pool, "RENAME TABLE"), clinic);
        assertThat(phase()).isEqualTo("SWAPPING");
        int cuts = 0;
        boolean through = false;
        while (!through) {
            attempt(CutDataSource.at(pool, 1 + cuts, cuts % 2 == 1), clinic);
            through = phase().isEmpty();
            cuts++;
            if (!through) {
                assertIntact();
            }
        }
        assertThat(cuts).as("cuts").isGreaterThan(20);
        assertThat(RebuildRig.contents(database)).isEqualTo(RebuildRig.fresh(flavor));
        RebuildRig.assertNothingLeft(database);
    }

    /** Whoever reads has all rows, and nobody writes while the tables change places. */
    private void assertIntact() {
        assertThat(database.number("SELECT COUNT(*) FROM notes"))
                .as("seed %d: the live table", SEED)
                .isGreaterThanOrEqualTo(live.getOrDefault("notes", Set.of()).size());
        if (phase().equals("SWAPPING")) {
            assertThat(MySqlMirrorSink.of(pool)
                            .lease(StreamId.of(RebuildRig.STREAM), "somebody", Duration.ofSeconds(1)))
                    .as("seed %d: the lease in mid-swap", SEED)
                    .isEmpty();
        }
    }

    private static void attempt(CutDataSource dying, InMemoryDatabase clinic) throws InterruptedException {
        try {
            RebuildRig.rebuild(dying, clinic);
        } catch (CutDataSource.Killed e) {
            assertThat(dying.isDead()).isTrue();
        } catch (SyncException e) {
            // The worker ended of it; or the pool gave out a connection that was cut off before.
            assertThat(dying.isDead() || e instanceof TransientSyncException)
                    .as(e.getMessage())
                    .isTrue();
        }
    }

    private String phase() {
        return database.query("SELECT phase FROM sync_rebuilds").stream()
                .map(row -> String.valueOf(row.get("phase")))
                .findFirst()
                .orElse("");
    }
}
