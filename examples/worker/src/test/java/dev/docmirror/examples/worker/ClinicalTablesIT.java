package dev.docmirror.examples.worker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.testkit.server.MySqlServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The clinic's tables in a database, column by column. They are those of the Laravel application that shares them, but
 * for three things: times have microseconds, the database fills {@code created_at} and {@code updated_at}, and
 * {@code ai_requests} has the document's id.
 */
class ClinicalTablesIT {
    private static final Map<String, String> COLUMNS = Map.of(
            "patients", """
                    id bigint unsigned not null auto_increment
                    couch_id varchar(255) null
                    cpt varchar(20) not null
                    short_code varchar(10) null
                    external_id varchar(255) null
                    date_of_birth date null
                    age_months int null
                    gender enum('male','female','other') null
                    weight_kg decimal(5,2) null
                    phone varchar(30) null
                    visit_count int not null default 1
                    is_active tinyint(1) not null default 1
                    raw_document json null
                    last_visit_at timestamp(6) null
                    created_at timestamp(6) null default current_timestamp(6)
                    updated_at timestamp(6) null default current_timestamp(6) on update current_timestamp(6)
                    """,
            "clinical_sessions", """
                    id bigint unsigned not null auto_increment
                    couch_id varchar(255) not null
                    session_uuid varchar(50) not null
                    patient_cpt varchar(20) not null
                    stage enum('registration','assessment','treatment','discharge') not null default registration
                    status enum('open','completed','archived','referred','cancelled') not null default open
                    triage_priority enum('red','yellow','green','unknown') not null default unknown
                    chief_complaint varchar(255) null
                    notes text null
                    form_instance_ids json null
                    treatment_plan json null
                    session_created_at timestamp(6) not null
                    session_updated_at timestamp(6) not null
                    completed_at timestamp(6) null
                    synced_at timestamp(6) null
                    raw_document json null
                    created_at timestamp(6) null default current_timestamp(6)
                    updated_at timestamp(6) null default current_timestamp(6) on update current_timestamp(6)
                    """,
            "clinical_forms", """
                    id bigint unsigned not null auto_increment
                    couch_id varchar(255) not null
                    form_uuid varchar(50) not null
                    session_couch_id varchar(255) not null
                    patient_cpt varchar(20) not null
                    schema_id varchar(50) not null
                    schema_version varchar(20) not null
                    current_state_id varchar(255) null
                    status enum('draft','completed','submitted','synced','error') not null default draft
                    answers json not null
                    calculated json null
                    audit_log json null
                    form_created_at timestamp(6) not null
                    form_updated_at timestamp(6) not null
                    completed_at timestamp(6) null
                    synced_at timestamp(6) null
                    raw_document json null
                    created_at timestamp(6) null default current_timestamp(6)
                    updated_at timestamp(6) null default current_timestamp(6) on update current_timestamp(6)
                    """,
            "ai_requests", """
                    id bigint unsigned not null auto_increment
                    couch_id varchar(255) not null
                    request_uuid char(36) not null
                    user_id bigint unsigned not null
                    role varchar(50) not null
                    session_couch_id varchar(255) null
                    form_couch_id varchar(255) null
                    patient_cpt varchar(20) null
                    task varchar(50) not null
                    use_case varchar(50) null
                    prompt_version varchar(20) null
                    input_hash varchar(64) not null
                    prompt text not null
                    response longtext not null
                    safe_output longtext null
                    model varchar(50) not null
                    latency_ms int null
                    was_overridden tinyint(1) not null default 0
                    risk_flags json null
                    blocked_phrases json null
                    requested_at timestamp(6) not null
                    created_at timestamp(6) null default current_timestamp(6)
                    updated_at timestamp(6) null default current_timestamp(6) on update current_timestamp(6)
                    """);

    private static final Map<String, List<String>> KEYS = Map.of(
            "patients",
            List.of("unique (id)", "unique (couch_id)", "unique (cpt)", "index (cpt, is_active)", "index (age_months)"),
            "clinical_sessions",
            List.of(
                    "unique (id)",
                    "unique (couch_id)",
                    "unique (session_uuid)",
                    "index (status, triage_priority)",
                    "index (patient_cpt, status)",
                    "index (session_created_at)"),
            "clinical_forms",
            List.of(
                    "unique (id)",
                    "unique (couch_id)",
                    "unique (form_uuid)",
                    "index (schema_id, status)",
                    "index (patient_cpt)"),
            "ai_requests",
            List.of(
                    "unique (id)",
                    "unique (couch_id)",
                    "unique (request_uuid)",
                    "index (user_id, task)",
                    "index (session_couch_id)",
                    "index (requested_at)"));

    @ParameterizedTest
    @EnumSource(MySqlServer.Flavor.class)
    void tables_asCreated_areThoseOfTheApplication(MySqlServer.Flavor flavor) throws SQLException {
        MySqlServer.whyUnavailable(flavor).ifPresent(why -> Assumptions.abort(why));
        try (MySqlServer server = MySqlServer.start(flavor)) {
            String name = "tables_" + Long.toString(System.nanoTime(), 36);
            String url = server.createDatabase(name);
            try (HikariDataSource pool = new HikariDataSource()) {
                pool.setJdbcUrl(url);
                pool.setUsername(server.user());
                pool.setPassword(server.password());
                ClinicalTables.createUsers(pool);
                assertThat(MySqlSchema.createMissing(
                                pool, ClinicalTables.mapper().tables()))
                        .containsExactlyInAnyOrderElementsOf(COLUMNS.keySet());
            }
            try (Connection connection = DriverManager.getConnection(url, server.user(), server.password())) {
                for (String table : COLUMNS.keySet()) {
                    assertThat(columns(connection, table))
                            .as(table)
                            .containsExactlyElementsOf(expectedColumns(table, flavor));
                    assertThat(keys(connection, table)).as(table).containsExactlyInAnyOrderElementsOf(KEYS.get(table));
                }
                assertThat(references(connection)).containsExactly("ai_requests.user_id -> users.id");
            }
        }
    }

    /** MariaDB keeps JSON as text. */
    private static List<String> expectedColumns(String table, MySqlServer.Flavor flavor) {
        return COLUMNS.get(table)
                .lines()
                .map(line -> flavor == MySqlServer.Flavor.MARIADB ? line.replace(" json ", " longtext ") : line)
                .toList();
    }

    private static List<String> columns(Connection connection, String table) throws SQLException {
        return rows(
                connection,
                "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '" + table + "' ORDER BY ORDINAL_POSITION",
                row -> {
                    String type = row.getString(2).replaceAll("\\b(big)?int\\(\\d+\\)", "$1int");
                    return row.getString(1) + " " + type
                            + (row.getString(3).equals("YES") ? " null" : " not null")
                            + defaultOf(row.getString(4))
                            + extra(row.getString(5));
                });
    }

    /** MariaDB shows literals in quotes, and NULL. */
    private static String defaultOf(String shown) {
        if (shown == null || shown.equals("NULL")) {
            return "";
        }
        String bare = shown.replaceAll("^'(.*)'$", "$1");
        return " default "
                + (bare.toLowerCase(Locale.ROOT).startsWith("current_") ? bare.toLowerCase(Locale.ROOT) : bare);
    }

    private static String extra(String shown) {
        String extra =
                shown.toLowerCase(Locale.ROOT).replace("default_generated", "").trim();
        return extra.isEmpty() ? "" : " " + extra;
    }

    private static List<String> keys(Connection connection, String table) throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        Map<String, String> kinds = new TreeMap<>();
        rows(
                connection,
                "SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME FROM information_schema.STATISTICS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '" + table
                        + "' ORDER BY INDEX_NAME, SEQ_IN_INDEX",
                row -> {
                    columns.merge(row.getString(1), row.getString(3), (a, b) -> a + ", " + b);
                    return String.valueOf(kinds.put(row.getString(1), row.getInt(2) == 0 ? "unique" : "index"));
                });
        List<String> keys = new ArrayList<>();
        columns.forEach((name, list) -> keys.add(kinds.get(name) + " (" + list + ")"));
        return keys;
    }

    private static List<String> references(Connection connection) throws SQLException {
        return rows(
                connection,
                "SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME"
                        + " FROM information_schema.KEY_COLUMN_USAGE"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL",
                row -> row.getString(1) + "." + row.getString(2) + " -> " + row.getString(3) + "." + row.getString(4));
    }

    private interface Reading {
        String of(ResultSet row) throws SQLException;
    }

    private static List<String> rows(Connection connection, String sql, Reading reading) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reading.of(result));
            }
            return rows;
        }
    }
}
