package dev.docmirror.mysql;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.assertj.core.api.Assertions.assertThat;

/** What an exception tells whoever prints it. */
final class Exceptions {
    private Exceptions() {}

    /** Nothing of it, down to the last cause, holds a driver's exception or one of these texts. */
    static void assertTellsNothingOf(Throwable failure, String... secrets) {
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed, true));
        for (String secret : secrets) {
            assertThat(printed.toString()).doesNotContain(secret);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause).isNotInstanceOf(java.sql.SQLException.class);
            assertThat(cause.getSuppressed()).isEmpty();
        }
    }
}
