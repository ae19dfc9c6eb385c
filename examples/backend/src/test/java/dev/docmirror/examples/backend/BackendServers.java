package dev.docmirror.examples.backend;

import java.net.URI;
import java.util.Map;

import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** One CouchDB and one MySQL for all tests of this JVM, which end with it, and the application's settings for them. */
public final class BackendServers implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String NAME = "clinic_" + Long.toString(System.nanoTime(), 36);

    /** With which the tests sign webhooks. */
    public static final String WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** Started with the first test. */
    private static final class Running {
        static final CouchDbServer COUCH = CouchDbServer.start();
        static final MySqlServer MYSQL = MySqlServer.start();

        static {
            MYSQL.createDatabase(NAME);
            try (CouchDbSetup setup = CouchDbSetup.builder(database())
                    .basic(COUCH.user(), COUCH.password())
                    .build()) {
                setup.install();
            }
        }
    }

    public static CouchDbServer couch() {
        return Running.COUCH;
    }

    /** The database in CouchDB. */
    public static URI database() {
        return URI.create(couch().url() + "/" + NAME);
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("servers", settings()));
    }

    private static Map<String, Object> settings() {
        return Map.ofEntries(
                Map.entry("clinic.couchdb.url", database().toString()),
                Map.entry("clinic.couchdb.user", couch().user()),
                Map.entry("clinic.couchdb.password", couch().password()),
                Map.entry("spring.datasource.url", Running.MYSQL.jdbcUrl(NAME)),
                Map.entry("spring.datasource.username", Running.MYSQL.user()),
                Map.entry("spring.datasource.password", Running.MYSQL.password()),
                Map.entry("clinic.sync.cycle", "0s"),
                Map.entry("clinic.proxy.max-request", "1MB"),
                Map.entry("clinic.webhooks.secrets.supabase", WEBHOOK_SECRET),
                Map.entry("clinic.webhooks.secrets.firebase", WEBHOOK_SECRET),
                Map.entry("clinic.security.users[0].name", "nurse"),
                Map.entry("clinic.security.users[0].password-hash", "{noop}secret"),
                Map.entry("clinic.security.users[0].roles", "clinician"),
                Map.entry("clinic.security.users[1].name", "joe"),
                Map.entry("clinic.security.users[1].password-hash", "{noop}secret"),
                Map.entry("clinic.security.users[1].roles", "clinician"),
                Map.entry("clinic.security.users[2].name", "rita"),
                Map.entry("clinic.security.users[2].password-hash", "{noop}secret"),
                Map.entry("clinic.security.users[2].roles", "reviewer"),
                Map.entry("clinic.security.users[3].name", "ada"),
                Map.entry("clinic.security.users[3].password-hash", "{noop}secret"),
                Map.entry("clinic.security.users[3].roles", "admin"));
    }
}
