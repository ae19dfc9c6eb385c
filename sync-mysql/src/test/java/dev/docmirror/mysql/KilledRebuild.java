package dev.docmirror.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.testkit.InMemoryDatabase;

/** A process that rebuilds, to be killed. Takes the JDBC URL, the user and the password. */
final class KilledRebuild {
    static final String BEGINS = "the rebuild begins";

    private KilledRebuild() {}

    public static void main(String[] arguments) throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[0]);
        config.setUsername(arguments[1]);
        config.setPassword(arguments[2]);
        config.setMaximumPoolSize(4);
        InMemoryDatabase clinic = RebuildRig.third();
        try (HikariDataSource pool = new HikariDataSource(config)) {
            System.out.println(BEGINS);
            RebuildRig.rebuild(pool, clinic);
        }
    }
}
