package dev.docmirror.campaign;

import java.io.IOException;
import java.util.Optional;

import dev.docmirror.testkit.server.CouchDbServer;

/** What ends a document server at once, and what starts it again with the same data and returns when it answers. */
record Power(Switch kill, Switch start) {
    interface Switch {
        void turn() throws IOException, InterruptedException;
    }

    /**
     * Of a server that was started here; else by the commands in {@code campaign.couchdb.stop} and
     * {@code campaign.couchdb.start}, which a shell runs. Empty without them.
     */
    static Optional<Power> of(CouchDbServer server) {
        if (server.ownsProcess()) {
            return Optional.of(new Power(server::kill, server::restart));
        }
        String stop = System.getProperty("campaign.couchdb.stop", "");
        String start = System.getProperty("campaign.couchdb.start", "");
        return stop.isBlank() || start.isBlank()
                ? Optional.empty()
                : Optional.of(new Power(() -> shell(stop), () -> shell(start)));
    }

    private static void shell(String command) throws IOException, InterruptedException {
        int code = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with " + code);
        }
    }
}
