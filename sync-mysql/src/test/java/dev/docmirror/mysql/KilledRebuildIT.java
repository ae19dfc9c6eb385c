package dev.docmirror.mysql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that rebuilds, killed by SIGKILL at random times, and begun again each time. */
@ParameterizedClass
@EnumSource(Flavor.class)
@Timeout(300)
class KilledRebuildIT {
    private static final long SEED = Long.getLong("docmirror.test.seed", new Random().nextLong());
    private static final int KILLS = Integer.getInteger("rebuild.kills", 5);
    private static final long MOST_MILLIS = 1_000;

    @Parameter
    Flavor flavor;

    @Test
    void rebuild_killedAtRandomTimes_endsAsAFreshMirror() throws Exception {
        TestDatabase database = TestDatabase.installed(flavor);
        try (HikariDataSource pool = database.pool()) {
            RebuildRig.createTables(database, pool);
            RebuildRig.mirror(pool, RebuildRig.first(), RebuildRig.second());
            int rows = RebuildRig.contents(database)
                    .getOrDefault("notes", Set.of())
                    .size();
            SplittableRandom random = new SplittableRandom(SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                kill(start(database), random.nextLong(MOST_MILLIS));
                assertThat(database.number("SELECT COUNT(*) FROM notes"))
                        .as("seed %d, kill %d: the live table", SEED, kill)
                        .isGreaterThanOrEqualTo(rows);
            }
            RebuildRig.rebuild(pool, RebuildRig.third());
            assertThat(RebuildRig.contents(database)).as("seed %d", SEED).isEqualTo(RebuildRig.fresh(flavor));
            RebuildRig.assertNothingLeft(database);
        }
    }

    private static Process start(TestDatabase database) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRebuild.class.getName(),
                        database.ownUrl(),
                        database.server().user(),
                        database.server().password())
                .redirectErrorStream(true)
                .start();
    }

    /** Some time after it begins; one that is through by then has nothing left to be killed. */
    private static void kill(Process process, long millis) throws Exception {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.equals(KilledRebuild.BEGINS)) {
                line = output.readLine();
            }
            assertThat(line).as("what it prints when it begins").isNotNull();
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                assertThat(process.exitValue()).isZero();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
