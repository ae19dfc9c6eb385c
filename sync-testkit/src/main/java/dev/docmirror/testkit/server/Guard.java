package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A shell that outlives this JVM by a moment: when the JVM ends without a word, killed for instance, it kills the
 * server that the JVM started and deletes its data. It learns of the JVM's end by the end of its own input, so it needs
 * no polling and can't mistake another process for the JVM. Thread-safe.
 */
final class Guard {

    /**
     * A line is the process to guard, {@code gone} with a process that ended by itself, or {@code done} to end the
     * watch. The pause lets the killed process vanish before its files do.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pid=
            while read -r line; do
              case $line in
                done) exit 0 ;;
                "gone $pid") pid= ;;
                gone*) ;;
                *) pid=$line ;;
              esac
            done
            if [ -n "$pid" ]; then kill -KILL "$pid"; sleep 1; fi
            rm -rf "$1"
            """;

    private final Process shell;

    private Guard(Process shell) {
        this.shell = shell;
    }

    /** @throws IllegalStateException if there is no POSIX shell */
    static Guard of(Path folder) {
        ProcessBuilder command = new ProcessBuilder("sh", "-c", SCRIPT, "docmirror-guard", folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            return new Guard(command.start());
        } catch (IOException e) {
            throw new IllegalStateException("no POSIX shell (sh) to guard the server: " + e.getMessage(), e);
        }
    }

    /** From now on the process is killed if this JVM ends. A process that ended by itself is forgotten. */
    void watch(LocalProcess server) {
        tell(Long.toString(server.pid()));
        var unused = server.onExit().thenRun(() -> tell("gone " + server.pid()));
    }

    void done() {
        tell("done");
    }

    private synchronized void tell(String line) {
        try {
            OutputStream input = shell.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            // It has ended: after done(), or because somebody killed it. The shutdown hook remains.
        }
    }
}
