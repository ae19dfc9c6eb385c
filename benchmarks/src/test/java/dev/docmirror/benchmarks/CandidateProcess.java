package dev.docmirror.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;

/**
 * A candidate in a JVM of its own with a small heap, so that its CPU time and its heap are its own and nobody profits
 * from what another one made the compiler do. It stays for all repetitions: what is measured is the pace of a long
 * backfill, not the start of a JVM.
 */
final class CandidateProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Candidate.Kind kind;
    private final Process process;
    private final BufferedReader answers;
    private final Writer tasks;

    private CandidateProcess(Candidate.Kind kind, Process process) {
        this.kind = kind;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.tasks = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    static CandidateProcess start(Candidate.Kind kind, Settings settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        settings.jvm().forEach(argument -> command.add(argument.replace("%c", kind.name())));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CandidateMain.class.getName()));
        command.add(kind.name());
        return new CandidateProcess(
                kind,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    Outcome run(Task task) throws IOException {
        send(JSON.writeValueAsString(task));
        return JSON.readValue(answer(), Outcome.class);
    }

    /** Has it follow the feed, until {@link #end()}. */
    void follow(Task task) throws IOException {
        send(JSON.writeValueAsString(task));
        String answer = answer();
        if (!answer.equals(CandidateMain.FOLLOWING)) {
            throw new IOException(kind + " does not follow the feed but says " + answer);
        }
    }

    Outcome end() throws IOException {
        send(CandidateMain.END);
        return JSON.readValue(answer(), Outcome.class);
    }

    /** All CPU time it has used since its start. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private void send(String line) throws IOException {
        tasks.write(line + "\n");
        tasks.flush();
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(CandidateMain.MARK)) {
                return line.substring(CandidateMain.MARK.length());
            }
            System.err.println(kind + ": " + line);
        }
        throw new IOException(kind + " ended without an answer; its error is above");
    }

    /** It ends when there are no more tasks. */
    @Override
    public void close() throws IOException {
        tasks.close();
        process.onExit().join();
    }
}
