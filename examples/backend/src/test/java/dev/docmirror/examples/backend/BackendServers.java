package dev.docmirror.examples.backend;

import java.net.URI;
import java.util.HashMap;
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

    private static final Map<String, String> USERS = Map.of(
            "nurse", "clinician",
            "noel", "clinician",
            "507f1f77bcf86cd799439011", "clinician",
            "rita", "reviewer",
            "ada", "admin");

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
        Map<String, Object> settings = new HashMap<>();
        settings.put("clinic.couchdb.url", database().toString());
        settings.put("clinic.couchdb.user", couch().user());
        settings.put("clinic.couchdb.password", couch().password());
        settings.put("spring.datasource.url", Running.MYSQL.jdbcUrl(NAME));
        settings.put("spring.datasource.username", Running.MYSQL.user());
        settings.put("spring.datasource.password", Running.MYSQL.password());
        settings.put("clinic.sync.cycle", "0s");
        settings.put("clinic.proxy.max-request", "1MB");
        settings.put("clinic.webhooks.secrets.supabase", WEBHOOK_SECRET);
        settings.put("clinic.webhooks.secrets.firebase", WEBHOOK_SECRET);
        int number = 0;
        for (Map.Entry<String, String> user : USERS.entrySet()) {
            String prefix = "clinic.security.users[" + number++ + "].";
            settings.put(prefix + "name", user.getKey());
            settings.put(prefix + "password-hash", "{noop}secret");
            settings.put(prefix + "roles", user.getValue());
        }
        return settings;
    }
}
