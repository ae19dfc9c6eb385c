package dev.docmirror.examples.worker;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import dev.docmirror.change.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * Where the worker reads and writes: a properties file in UTF-8, and over it environment variables, which is where
 * passwords belong. {@code couchdb.url} is {@code DOCMIRROR_COUCHDB_URL}, and so on; an empty variable counts as none.
 * No value but that of {@code mapping} is ever shown.
 */
final class WorkerConfig {
    private static final Map<String, String> DEFAULTS = Map.of("stream", "clinical", "mapping", "clinical");
    private static final Set<String> KEYS = Set.of(
            "couchdb.url",
            "couchdb.user",
            "couchdb.password",
            "mysql.url",
            "mysql.user",
            "mysql.password",
            "stream",
            "mapping");
    /** The driver that is in the jar, a server and a database; what else there may be is the driver's. */
    private static final Pattern JDBC = Pattern.compile("jdbc:mysql:[^/?]*//[^/?]+/[^/?]+(\\?.*)?", Pattern.DOTALL);

    private final Properties file;
    private final Map<String, String> environment;

    private WorkerConfig(Properties file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * Reads the configuration.
     *
     * @throws UsageException naming the file or key that is wrong, and what to set
     */
    static WorkerConfig read(@Nullable Path path, Map<String, String> environment) {
        Properties file = new Properties();
        if (path != null) {
            try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                file.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException("--config: cannot read " + path + " as a properties file");
            }
        }
        TreeSet<String> unknown = new TreeSet<>(file.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new UsageException("--config: unknown keys " + unknown + "; known are " + new TreeSet<>(KEYS));
        }
        return new WorkerConfig(file, environment);
    }

    StreamId stream() {
        try {
            return StreamId.of(required("stream"));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    URI couchDbUrl() {
        try {
            return URI.create(required("couchdb.url"));
        } catch (IllegalArgumentException e) {
            throw new UsageException("couchdb.url: must be a URL such as http://127.0.0.1:5984/clinic");
        }
    }

    String mySqlUrl() {
        String url = required("mysql.url");
        if (!JDBC.matcher(url).matches()) {
            throw new UsageException("mysql.url: must be a JDBC URL with a database, such as"
                    + " jdbc:mysql://127.0.0.1:3306/clinic (for MariaDB, too)");
        }
        return url;
    }

    /** The value of a key that has one, else null. */
    @Nullable
    String get(String key) {
        String fromEnvironment = environment.get(variable(key));
        if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
            return fromEnvironment;
        }
        return file.getProperty(key, DEFAULTS.get(key));
    }

    /** @throws UsageException if there is no value */
    String required(String key) {
        String value = get(key);
        if (value == null || value.isBlank()) {
            throw new UsageException(key + ": is missing; set it in the --config file or as " + variable(key));
        }
        return value;
    }

    private static String variable(String key) {
        return "DOCMIRROR_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The command line or the configuration is wrong; the message says what to change. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }
}
