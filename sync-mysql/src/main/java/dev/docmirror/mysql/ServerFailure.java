package dev.docmirror.mysql;

import java.sql.SQLException;

/** What remains of a driver's exception: code, state and stack trace. Its message may quote bound values. */
final class ServerFailure extends Exception {
    private static final long serialVersionUID = 1;

    private ServerFailure(String message, StackTraceElement[] trace) {
        super(message);
        setStackTrace(trace);
    }

    static ServerFailure of(SQLException e) {
        return new ServerFailure(
                e.getClass().getName() + " with code " + e.getErrorCode() + ", state " + state(e), e.getStackTrace());
    }

    static ServerFailure of(Throwable e) {
        return new ServerFailure(e.getClass().getName(), e.getStackTrace());
    }

    /** A state is five letters or digits; a driver's free text is not repeated. */
    static String state(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.matches("[0-9A-Z]{5}") ? state : "unknown";
    }
}
