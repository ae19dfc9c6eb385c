package dev.docmirror.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import tools.jackson.databind.json.JsonMapper;

/** The process of a candidate: a task a line on the standard input, an outcome a line on the standard output. */
final class CandidateMain {
    /** Begins the lines that are meant for who measures; others are a log. */
    static final String MARK = "@@";

    static final String FOLLOWING = "following";
    static final String END = "end";
    private static final JsonMapper JSON = JsonMapper.shared();

    private CandidateMain() {}

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Candidate candidate = Candidate.Kind.valueOf(arguments[0]).create();
        Candidate.Control control = new Candidate.Control() {
            @Override
            public void following() {
                say(FOLLOWING);
            }

            @Override
            public boolean ended() {
                try {
                    return in.ready() && END.equals(in.readLine());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void awaitEnd() {
                try {
                    in.readLine();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            say(JSON.writeValueAsString(candidate.run(JSON.readValue(line, Task.class), control)));
        }
    }

    private static void say(String line) {
        System.out.println(MARK + line);
        System.out.flush();
    }
}
