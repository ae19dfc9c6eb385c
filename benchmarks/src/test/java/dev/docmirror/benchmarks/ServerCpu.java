package dev.docmirror.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The CPU time of a server on this machine, found by the port it listens on. Linux only; elsewhere it is unknown. */
final class ServerCpu {
    private static final String LISTENS = "0A";

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Optional<ProcessHandle> process;

    private ServerCpu(Optional<ProcessHandle> process) {
        this.process = process;
    }

    static ServerCpu listeningOn(int port) {
        try {
            Optional<String> socket = socket(port);
            return new ServerCpu(socket.isEmpty() ? Optional.empty() : owner("socket:[" + socket.get() + "]"));
        } catch (IOException e) {
            return new ServerCpu(Optional.empty());
        }
    }

    /** What it has used so far, in seconds; zero if that is unknown. */
    double seconds() {
        return process.flatMap(handle -> handle.info().totalCpuDuration())
                .map(Duration::toNanos)
                .map(nanos -> nanos / 1e9)
                .orElse(0.0);
    }

    private static Optional<String> socket(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = BLANKS.split(line.strip(), -1);
                if (fields[1].endsWith(local) && fields[3].equals(LISTENS)) {
                    return Optional.of(fields[9]);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ProcessHandle> owner(String socket) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : processes) {
                if (holds(each.resolve("fd"), socket)) {
                    return ProcessHandle.of(Long.parseLong(each.getFileName().toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path descriptors, String socket) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path each : open) {
                if (Files.readSymbolicLink(each).toString().equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // it is another user's, or it has ended
        }
    }
}
