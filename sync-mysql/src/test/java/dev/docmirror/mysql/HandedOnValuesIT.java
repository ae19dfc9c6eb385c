package dev.docmirror.mysql;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;

/** A unique value that goes from one document to another within a batch, and a type that fits into no registry. */
@ParameterizedClass
@EnumSource(Flavor.class)
class HandedOnValuesIT {
    private static final TableLayout PATIENTS = TableLayout.of("patients", "doc_id", "cpt");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private TestStream stream;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        database.execute("CREATE TABLE patients (doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation()
                + " NOT NULL PRIMARY KEY, cpt VARCHAR(60) NOT NULL, UNIQUE KEY by_cpt (cpt))");
        pool = database.pool();
        stream = new TestStream(pool);
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    /** Whichever order the batch has: what is free at its end is no collision. */
    @Test
    void write_knownDocumentsHandValuesOn_areWritten() {
        stream.write(
                Version.of("a", 1, put(PATIENTS, "1")),
                Version.of("b", 1, put(PATIENTS, "2")),
                Version.of("c", 1, put(PATIENTS, "3")));
        assertThat(stream.write(
                        Version.of("a", 2, put(PATIENTS, "2")),
                        Version.of("b", 2, put(PATIENTS, "3")),
                        Version.of("c", 2, put(PATIENTS, "4"))))
                .isEmpty();
        assertThat(database.query("SELECT cpt FROM patients ORDER BY doc_id"))
                .extracting(row -> row.get("cpt"))
                .containsExactly("2", "3", "4");
    }

    @Test
    void write_valueThatStaysTaken_isRefusedAlone() {
        stream.write(Version.of("a", 1, put(PATIENTS, "1")), Version.of("b", 1, put(PATIENTS, "2")));
        var refused = stream.write(
                Version.of("x", 1, put(PATIENTS, "1")),
                Version.of("a", 2, put(PATIENTS, "2")),
                Version.of("b", 2, put(PATIENTS, "3")),
                Version.of("y", 1, put(PATIENTS, "3")));
        assertThat(Refused.ids(refused)).containsExactly("y");
        assertThat(stream.isMirrored("y")).isFalse();
    }
}
