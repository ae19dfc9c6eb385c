package dev.docmirror.examples.worker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the command line says to wrong use; no test here reaches a server. */
class WorkerCommandTest {
    private static final String SECRET = "s3cr3t-w0rd";

    /** Settings that are fine, on ports where nothing listens. */
    private static final Map<String, String> SETTINGS = Map.of(
            "DOCMIRROR_COUCHDB_URL", "http://127.0.0.1:1/clinic",
            "DOCMIRROR_COUCHDB_USER", "mirror",
            "DOCMIRROR_COUCHDB_PASSWORD", SECRET,
            "DOCMIRROR_MYSQL_URL", "jdbc:mysql://127.0.0.1:1/clinic",
            "DOCMIRROR_MYSQL_USER", "mirror",
            "DOCMIRROR_MYSQL_PASSWORD", SECRET);

    @TempDir
    Path folder;

    private record Result(int code, String out, String err) {}

    private static Result run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                WorkerMain.commandLine(new WorkerCommand(environment, new ByteArrayInputStream(new byte[0])));
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        Result result = new Result(line.execute(arguments), out.toString(), err.toString());
        assertThat(result.out() + result.err()).doesNotContain(SECRET);
        return result;
    }

    private static Map<String, String> settings(String variable, String value) {
        Map<String, String> changed = new HashMap<>(SETTINGS);
        changed.put(variable, value);
        return changed;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("worker.properties"), text);
    }

    @Test
    void help_asked_namesOptionsSettingsAndExitCodes() {
        Result result = run(Map.of(), "--help");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("--daemon", "--once", "--poll", "--batch", "--lease", "--setup", "--reset", "--yes")
                .contains("--dry-run", "--status", "--config", "DOCMIRROR_MYSQL_PASSWORD", "143")
                .doesNotContain("${");
    }

    @ParameterizedTest
    @CsvSource({
        "--poll, 4x, --poll, '4x'",
        "--poll, 0, --poll, was 0ms",
        "--batch, 0, --batch, was 0",
        "--batch, many, --batch, many",
        "--lease, 10ms, --lease, was 10ms",
        "--config, /nowhere/worker.properties, --config, /nowhere/worker.properties",
    })
    void option_withWrongValue_isNamedWithIt(String option, String value, String named, String shown) {
        Result result = run(SETTINGS, option, value);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(named).contains(shown);
    }

    @Test
    void option_unknown_isNamed() {
        Result result = run(SETTINGS, "--bach", "5");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--bach", "--help");
    }

    @ParameterizedTest
    @CsvSource({
        "--daemon, --once",
        "--daemon, --setup",
        "--daemon, --status",
        "--once, --setup",
        "--setup, --status",
        "--daemon, --dry-run",
        "--setup, --dry-run",
        "--status, --dry-run",
        "--setup, --reset",
        "--status, --reset",
    })
    void options_thatExcludeEachOther_areNamed(String one, String other) {
        Result result = run(SETTINGS, one, other);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(one, other);
    }

    @Test
    void reset_whereNobodyCanBeAsked_needsYes() {
        Result result = run(SETTINGS, "--reset");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).contains("stream clinical", "[y/N]");
        assertThat(result.err()).contains("--reset", "--yes");
    }

    @Test
    void reset_answeredNo_doesNothing() {
        StringWriter out = new StringWriter();
        byte[] no = "n\n".getBytes(StandardCharsets.UTF_8);
        CommandLine line = WorkerMain.commandLine(new WorkerCommand(SETTINGS, new ByteArrayInputStream(no)));
        line.setOut(new PrintWriter(out, true));
        assertThat(line.execute("--reset")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("Nothing was done.");
    }

    @ParameterizedTest
    @CsvSource({
        "DOCMIRROR_COUCHDB_URL, couchdb.url",
        "DOCMIRROR_COUCHDB_PASSWORD, couchdb.password",
        "DOCMIRROR_MYSQL_URL, mysql.url",
    })
    void setting_missing_isNamedWithItsVariable(String variable, String key) {
        Result result = run(settings(variable, ""), "--once");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(key, variable);
    }

    @ParameterizedTest
    @CsvSource({
        "DOCMIRROR_COUCHDB_URL, not a url s3cr3t-w0rd, couchdb.url",
        "DOCMIRROR_COUCHDB_URL, ftp://a:s3cr3t-w0rd@b/c, couchdb",
        "DOCMIRROR_COUCHDB_URL, http://a:s3cr3t-w0rd@127.0.0.1:1/clinic, couchdb",
        "DOCMIRROR_COUCHDB_USER, '', couchdb.password",
        "DOCMIRROR_MYSQL_URL, mysql://a:s3cr3t-w0rd@b/c, mysql.url",
        "DOCMIRROR_MYSQL_URL, jdbc:mysql://127.0.0.1:1?password=s3cr3t-w0rd, mysql.url",
        "DOCMIRROR_MYSQL_URL, jdbc:mysql://127.0.0.1:1/?password=s3cr3t-w0rd, mysql.url",
        "DOCMIRROR_MYSQL_URL, jdbc:postgresql://127.0.0.1:1/c?password=s3cr3t-w0rd, mysql.url",
        "DOCMIRROR_MAPPING, none, mapping",
        "DOCMIRROR_STREAM, a b, stream",
    })
    void setting_withWrongValue_isNamedWithoutSecrets(String variable, String value, String key) {
        Result result = run(settings(variable, value), "--once");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).startsWith(key).doesNotContain("\tat ");
    }

    @Test
    void file_withUnknownKey_isRefusedWithItAndTheKnownOnes() throws Exception {
        Path file = file("couchdb.uri=http://127.0.0.1:1/clinic\nmysql.password=" + SECRET + "\n");
        Result result = run(SETTINGS, "--config", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("couchdb.uri", "couchdb.url");
    }

    @Test
    void file_malformed_isNamedWithoutItsText() throws Exception {
        Path file = file("mysql.password=" + SECRET + "\\uXYZ\n");
        Result result = run(SETTINGS, "--config", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--config", file.toString());
    }

    @Test
    void settings_ofBoth_areTheEnvironmentsFirst() throws Exception {
        Path file = file("stream=from-file\nmapping=raw\nmysql.user=file\ncouchdb.url=http://127.0.0.1:1/file\n");
        WorkerConfig config =
                WorkerConfig.read(file, Map.of("DOCMIRROR_STREAM", "from-environment", "DOCMIRROR_MYSQL_USER", ""));
        assertThat(config.stream().value()).isEqualTo("from-environment");
        assertThat(config.required("mapping")).isEqualTo("raw");
        assertThat(config.get("mysql.user")).isEqualTo("file");
        assertThat(config.couchDbUrl()).hasToString("http://127.0.0.1:1/file");
    }

    @Test
    void settings_ofNeither_areTheDefaults() {
        WorkerConfig config = WorkerConfig.read(null, Map.of());
        assertThat(config.stream().value()).isEqualTo("clinical");
        assertThat(config.required("mapping")).isEqualTo("clinical");
        assertThatThrownBy(config::couchDbUrl).hasMessageContaining("DOCMIRROR_COUCHDB_URL");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "4s, PT4S", "4, PT4S", "2m, PT2M", "1h, PT1H"})
    void duration_inEachUnit_isRead(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }
}
