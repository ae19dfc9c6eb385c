package dev.docmirror.examples.backend.sample;

import java.io.PrintStream;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.backend.Backend;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Starts the backend on servers of its own, or on those that {@code docmirror.couchdb.url} and {@code docmirror.mysql.url}
 * name, with users whose passwords it prints, and lets a made-up clinic work until it is interrupted.
 * {@code backend.port} (8080) says where it listens.
 */
public final class SampleBackend {
    private static final Map<String, String> USERS = Map.of("nurse", "clinician", "rita", "reviewer", "ada", "admin");

    private final PrintStream out;
    private final Map<String, String> passwords = new LinkedHashMap<>();

    private SampleBackend(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws InterruptedException {
        new SampleBackend(System.out).run();
        System.exit(0); // Maven would go on with the modules behind this one
    }

    private void run() throws InterruptedException {
        CountDownLatch interrupted = endInOrder();
        try (CouchDbServer couch = CouchDbServer.start();
                MySqlServer mysql = MySqlServer.start()) {
            String name = "clinic_" + Long.toString(System.currentTimeMillis(), 36);
            URI database = URI.create(couch.url() + "/" + name);
            mysql.createDatabase(name);
            try (CouchDbSetup setup = CouchDbSetup.builder(database)
                    .basic(couch.user(), couch.password())
                    .build()) {
                setup.install();
            }
            Map<String, Object> settings = settings(couch, database, mysql, name);
            try (ConfigurableApplicationContext backend = start(settings)) {
                tell(couch, mysql, name, backend);
                SampleClinic clinic = new SampleClinic(database, couch, backend);
                clinic.workUntil(interrupted);
            }
        }
        out.println("Ended.");
    }

    /**
     * Ctrl+C lets this end by itself, the backend before its servers. By default, it would have everything end at once, and
     * the last the backend saw would be two servers that fail.
     */
    private static CountDownLatch endInOrder() {
        CountDownLatch interrupted = new CountDownLatch(1);
        for (String signal : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(signal), received -> {
                interrupted.countDown();
                Signal.handle(received, SignalHandler.SIG_DFL); // once more ends it at once
            });
        }
        return interrupted;
    }

    private static ConfigurableApplicationContext start(Map<String, Object> settings) {
        SpringApplication application = new SpringApplication(Backend.class);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(settings);
        return application.run();
    }

    private Map<String, Object> settings(CouchDbServer couch, URI database, MySqlServer mysql, String name) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("server.port", Integer.getInteger("backend.port", 8080));
        settings.put("clinic.couchdb.url", database.toString());
        settings.put("clinic.couchdb.user", couch.user());
        settings.put("clinic.couchdb.password", couch.password());
        settings.put("spring.datasource.url", mysql.jdbcUrl(name));
        settings.put("spring.datasource.username", mysql.user());
        settings.put("spring.datasource.password", mysql.password());
        settings.put("clinic.sync.cycle", "5s");
        SecureRandom random = new SecureRandom();
        PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
        int number = 0;
        for (Map.Entry<String, String> user : USERS.entrySet()) {
            byte[] secret = new byte[6];
            random.nextBytes(secret);
            String password = HexFormat.of().formatHex(secret);
            passwords.put(user.getKey(), password);
            String prefix = "clinic.security.users[" + number++ + "].";
            settings.put(prefix + "name", user.getKey());
            settings.put(prefix + "password-hash", String.valueOf(encoder.encode(password)));
            settings.put(prefix + "roles", user.getValue());
        }
        return settings;
    }

    private void tell(CouchDbServer couch, MySqlServer mysql, String name, ConfigurableApplicationContext backend) {
        out.println();
        out.println("CouchDB  " + couch.describe() + ", database " + name);
        out.println("MySQL    " + mysql.describe() + ", database " + name);
        out.println();
        String port = backend.getEnvironment().getProperty("local.server.port");
        out.println("The page is at http://127.0.0.1:" + port + "/ for these users:");
        passwords.forEach(
                (user, password) -> out.printf("  %-6s %s  (%s)%n", user, password, USERS.getOrDefault(user, "")));
        out.println();
        out.println("A made-up clinic is at work. Ctrl+C ends it.");
        out.flush();
    }
}
