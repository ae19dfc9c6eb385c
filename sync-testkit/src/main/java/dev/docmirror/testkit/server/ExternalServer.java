package dev.docmirror.testkit.server;

/** A server that somebody else runs. It can be used, and nothing else. */
record ExternalServer(String host, int port, String namedBy) implements RunningServer {

    @Override
    public String location() {
        return host + ":" + port + ", named by " + namedBy;
    }

    @Override
    public boolean ownsProcess() {
        return false;
    }

    @Override
    public void stop() {
        throw notOurs("stopped");
    }

    @Override
    public void kill() {
        throw notOurs("killed");
    }

    @Override
    public void restart() {
        throw notOurs("restarted");
    }

    @Override
    public void pause() {
        throw notOurs("paused");
    }

    @Override
    public void resume() {
        throw notOurs("resumed");
    }

    @Override
    public void close() {}

    private UnsupportedOperationException notOurs(String verb) {
        return new UnsupportedOperationException("the server at " + location() + " cannot be " + verb
                + ": it was not started here. Check ownsProcess(), or unset " + namedBy);
    }
}
