package dev.docmirror.mysql;

import dev.docmirror.testkit.MirrorFixture;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.BeforeAll;

class MariaDbMirrorSinkIT extends MirrorContracts {
    private static TestDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.installed(Flavor.MARIADB);
    }

    @Override
    MirrorFixture open() {
        return new DatabaseMirror(database, database.pool());
    }
}
