package dev.docmirror.testkit.server;

/**
 * A server that answered at least once, and what can be done to it. Implementations are thread-safe.
 *
 * <p>Only what owns the server's process can stop it: the defaults of the other methods refuse, and say why.
 */
interface RunningServer extends AutoCloseable {

    /** Where it runs, for people. Never with credentials. */
    String location();

    String host();

    int port();

    default boolean ownsProcess() {
        return true;
    }

    /** Ends it in order, and returns when it has ended. */
    void stop();

    /** Ends it at once, as a crash would, and returns when it has ended. */
    void kill();

    /** Starts it again with the same port and data, stopping it before if it runs. Returns when it answers. */
    void restart();

    /** Freezes it: connections stay open, nothing answers. */
    void pause();

    void resume();

    /** Ends it for good, with its data. */
    @Override
    void close();
}
