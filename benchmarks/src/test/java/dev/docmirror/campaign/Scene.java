package dev.docmirror.campaign;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import dev.docmirror.error.SyncException;
import dev.docmirror.mysql.MySqlSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that one part of a campaign happens on: servers, a database of documents and devices that write into it, its mirror
 * and the worker processes, which reach both through proxies.
 */
final class Scene implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scene.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> OWN_TABLES = List.of(
            "sync_checkpoints", "sync_documents", "sync_protected_versions", "sync_conflicts", "sync_dead_letters");
    private static final int VISITS = 20;
    private static final int KILLS_IN_THE_SET_UP = 2;

    private final Servers servers;
    private final SplittableRandom random;
    private final Site site;
    private final Site.Mirror mirror;
    private final LossyProxy toCouch;
    private final LossyProxy toMySql;
    private final Herd herd;
    private final Traffic traffic;
    private final Visits visits;
    private final Crew crew;
    private Optional<Site.Mirror> oracle = Optional.empty();
    private int operations;

    private Scene(Servers servers, SharedClasses classes, int documents, SplittableRandom random) throws Exception {
        this.servers = servers;
        this.random = random;
        this.site = new Site(servers);
        this.mirror = site.bareMirror();
        this.toCouch = LossyProxy.http(servers.couch().url(), random.nextLong());
        this.toMySql = LossyProxy.mysql(servers.mysql().host(), servers.mysql().port(), random.nextLong());
        this.herd = new Herd(documents, random.split());
        this.traffic = new Traffic(site.documents(), herd, random.split());
        this.visits = new Visits(site, mirror, mirror.pool(), VISITS);
        this.crew = new Crew(site, mirror, toCouch.through(site.database()), jdbcUrl(), classes, random.split());
    }

    /** Documents are there, the tables were made under kills, and the first backfill begins. */
    static Scene open(Servers servers, SharedClasses classes, int documents, SplittableRandom random) throws Exception {
        Scene scene = new Scene(servers, classes, documents, random);
        try {
            scene.prepare(documents);
            return scene;
        } catch (Exception | AssertionError e) {
            try (scene) {
                throw e;
            }
        }
    }

    private void prepare(int documents) throws Exception {
        traffic.fill(documents / 2);
        crew.setUpUnderKills(KILLS_IN_THE_SET_UP);
        visits.create();
        crew.record();
        crew.trap(true);
        crew.fill();
    }

    /** Behind the proxy, and in clear text, so that the proxy knows a COMMIT. */
    private String jdbcUrl() {
        String direct = servers.mysql().jdbcUrl(mirror.name());
        String address = "//" + servers.mysql().host() + ":" + servers.mysql().port() + "/";
        return direct.replace(address, "//127.0.0.1:" + toMySql.port() + "/")
                + (direct.contains("?") ? "&" : "?")
                + "sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    Servers servers() {
        return servers;
    }

    Site site() {
        return site;
    }

    Site.Mirror mirror() {
        return mirror;
    }

    LossyProxy toCouch() {
        return toCouch;
    }

    LossyProxy toMySql() {
        return toMySql;
    }

    Herd herd() {
        return herd;
    }

    Traffic traffic() {
        return traffic;
    }

    Visits visits() {
        return visits;
    }

    Crew crew() {
        return crew;
    }

    Duration upTo(Duration longest) {
        return Duration.ofNanos(random.nextLong(longest.toNanos()));
    }

    /** A few transactions of a host, some of which it rolls back. What fails counts if its row is there. */
    void operate() {
        for (int i = random.nextInt(4); i > 0; i--) {
            try {
                visits.operate(random.nextInt(VISITS), operations++, "campaign", random.nextInt(10) > 0);
            } catch (SQLException | SyncException e) {
                log.debug("a host's transaction failed", e);
            }
        }
    }

    /** Kills MySQL and starts it again, on the same data. */
    void killMySql(Duration outage) throws InterruptedException {
        servers.mysql().kill();
        Await.pass(outage);
        servers.mysql().restart();
        mirror.pool().getHikariPoolMXBean().softEvictConnections();
        oracle.ifPresent(other -> other.pool().getHikariPoolMXBean().softEvictConnections());
    }

    void killConnections() {
        for (List<String> connection :
                mirror.query("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = '"
                        + mirror.name() + "'")) {
            try {
                mirror.execute("KILL " + connection.get(0));
            } catch (AssertionError e) {
                log.debug("it ended by itself", e);
            }
        }
    }

    /** Executes a statement as soon as MySQL is there. */
    void onMySql(String sql) {
        try {
            Await.until("MySQL executes " + sql, PATIENCE, () -> {
                try {
                    mirror.execute(sql);
                    return true;
                } catch (AssertionError e) {
                    return false;
                }
            });
        } catch (Exception e) {
            throw new AssertionError("while waiting for MySQL", e);
        }
    }

    /** The mirror that one run without any fault makes, in tables of its own. */
    Site.Mirror rebuilt() throws InterruptedException {
        if (oracle.isEmpty()) {
            Site.Mirror fresh = site.bareMirror();
            MySqlSchema.install(fresh.pool());
            MySqlSchema.createMissing(fresh.pool(), CampaignTables.MAPPER.tables());
            oracle = Optional.of(fresh);
        }
        Site.Mirror rebuilt = oracle.get();
        CampaignTables.MAPPER.tables().forEach(table -> rebuilt.execute("DELETE FROM " + table.name()));
        OWN_TABLES.forEach(table -> rebuilt.execute("DELETE FROM " + table));
        site.drain(rebuilt, CampaignTables.MAPPER, CampaignTables.POLICY);
        return rebuilt;
    }

    @Override
    public void close() throws Exception {
        try (site;
                toCouch;
                toMySql;
                traffic) {
            crew.close();
        }
    }
}
