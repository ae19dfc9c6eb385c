package dev.docmirror.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Many rows in one statement hold exactly what each row alone would, whatever the neighbours' types and lengths. */
class BulkRowsIT {
    private static final TableLayout TABLE = TableLayout.of(
            "mixed", "doc_id", "label", "body", "amount", "counted", "flag", "day", "at", "raw", "exact", "state");

    private static final long SEED = Long.getLong("docmirror.test.seed", 20_261_121L);

    record Setting(String name, Flavor flavor, Function<TestDatabase, String> url) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Setting> settings() {
        return Stream.of(
                new Setting("MySQL", Flavor.MYSQL, TestDatabase::mySqlUrl),
                new Setting("MySQL, server statements", Flavor.MYSQL, db -> db.mySqlUrl("useServerPrepStmts=true")),
                new Setting("MySQL, MariaDB's driver", Flavor.MYSQL, TestDatabase::mariaDbUrl),
                new Setting("MariaDB", Flavor.MARIADB, TestDatabase::mariaDbUrl),
                new Setting(
                        "MariaDB, server statements", Flavor.MARIADB, db -> db.mariaDbUrl("useServerPrepStmts=true")),
                new Setting("MariaDB, MySQL's driver", Flavor.MARIADB, TestDatabase::mySqlUrl));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void write_randomRowsTwice_areExact(Setting setting) {
        TestDatabase database = database(setting);
        try (HikariDataSource pool =
                new HikariDataSource(database.config(setting.url().apply(database)))) {
            TestStream stream = new TestStream(pool);
            Random random = new Random(SEED);
            for (int generation = 1; generation <= 4; generation++) {
                List<Object[]> rows = new ArrayList<>();
                List<Version> versions = new ArrayList<>();
                for (int i = 0; i < 700; i++) {
                    rows.add(row(random));
                    versions.add(Version.of("doc-" + i, generation, TestStream.put(TABLE, rows.get(i))));
                }
                assertThat(stream.write(versions)).as("seed %d", SEED).isEmpty();
                assertRows(database, rows);
            }
        }
    }

    /** MariaDB keeps 70,000 - 65,536 characters of a text in a table of parameters, without a warning. */
    @ParameterizedTest
    @MethodSource("settings")
    void write_textsAroundEveryLimitOfLength_areExact(Setting setting) {
        TestDatabase database = database(setting);
        try (HikariDataSource pool =
                new HikariDataSource(database.config(setting.url().apply(database)))) {
            TestStream stream = new TestStream(pool);
            int[] lengths = {
                0, 1, 255, 256, 511, 513, 1_999, 7_990, 7_997, 8_001, 16_383, 16_384, 65_535, 65_536, 70_000
            };
            int generation = 0;
            for (String unit : List.of("x", "'", "漢", "😀")) {
                for (boolean json : new boolean[] {false, true}) {
                    generation++;
                    List<Object[]> rows = new ArrayList<>();
                    List<Version> versions = new ArrayList<>();
                    for (int length : lengths) {
                        Object[] row = new Object[TABLE.columns().size()];
                        String text = unit.repeat(length / unit.length());
                        row[1] = json ? JsonText.of(text) : text;
                        versions.add(Version.of("doc-" + rows.size(), generation, TestStream.put(TABLE, row)));
                        rows.add(row);
                    }
                    assertThat(stream.write(versions)).isEmpty();
                    assertRows(database, rows);
                }
            }
        }
    }

    private static TestDatabase database(Setting setting) {
        TestDatabase database = TestDatabase.installed(setting.flavor());
        String exact = database.dialect().exactCollation();
        database.execute("CREATE TABLE mixed (doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE " + exact
                + " NOT NULL PRIMARY KEY, label VARCHAR(400), body LONGTEXT, amount DECIMAL(65,20), counted BIGINT,"
                + " flag TINYINT(1), day DATE, at DATETIME(6), raw VARBINARY(400), exact LONGTEXT,"
                + " state ENUM('draft','completed')) DEFAULT CHARSET=utf8mb4");
        return database;
    }

    private static Object[] row(Random random) {
        Object[] row = {
            text(random, 390),
            random.nextBoolean() ? text(random, 12_000) : JsonText.of(text(random, 3_000)),
            number(random),
            random.nextBoolean() ? (Object) random.nextLong() : (Object) random.nextInt(),
            random.nextBoolean(),
            LocalDate.of(1000, 1, 1).plusDays(random.nextInt(3_000_000)),
            Instant.ofEpochSecond(random.nextLong(-30_000_000_000L, 250_000_000_000L))
                    .plusNanos(random.nextInt(1_000_000) * 1_000L),
            bytes(random),
            random.nextBoolean() ? text(random, 20) : random.nextLong(),
            random.nextBoolean() ? "draft" : "completed"
        };
        for (int i = 0; i < row.length; i++) {
            row[i] = random.nextInt(4) == 0 ? null : row[i];
        }
        return row;
    }

    private static Object number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong();
            case 2 -> new BigInteger(125, random).negate();
            default -> new BigDecimal(new BigInteger(140, random), random.nextInt(21));
        };
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(Random random, int longest) {
        String[] pieces = {
            "a", "Z", "ü", "漢", "😀", "'", "\"", "\\", "\u0000", "\n", "%", "_", " ", "?", "\u001a", ":x", "`"
        };
        int end = random.nextInt(10) == 0 ? random.nextInt(longest) : random.nextInt(Math.min(longest, 60));
        StringBuilder text = new StringBuilder();
        while (text.length() < end - 1) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static void assertRows(TestDatabase database, List<Object[]> expected) {
        List<Map<String, Object>> live = database.query("SELECT * FROM mixed");
        assertThat(live).hasSize(expected.size());
        for (Map<String, Object> row : live) {
            Object[] wanted = expected.get(
                    Integer.parseInt(String.valueOf(row.get("doc_id")).substring(4)));
            for (int i = 0; i < wanted.length; i++) {
                String column = TABLE.columns().get(i);
                assertThat(canonical(row.get(column)).equals(canonical(wanted[i])))
                        .as("%s of %s, wanted a %s", column, row.get("doc_id"), kind(wanted[i]))
                        .isTrue();
            }
        }
    }

    private static String kind(Object value) {
        return value == null
                ? "null"
                : value.getClass().getSimpleName() + " of " + canonical(value).length();
    }

    private static String canonical(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "1" : "0";
        }
        if (value instanceof Number number) {
            return plain(new BigDecimal(number.toString()));
        }
        if (value instanceof Instant instant) {
            return instant.truncatedTo(ChronoUnit.MICROS).toString();
        }
        if (value instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC).toString();
        }
        if (value instanceof JsonText json) {
            return new String(json.utf8(), StandardCharsets.UTF_8);
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
