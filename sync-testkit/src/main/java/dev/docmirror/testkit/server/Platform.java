package dev.docmirror.testkit.server;

import java.util.Locale;

/** The machine this JVM runs on. */
final class Platform {

    private static final String OS = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    private static final String ARCHITECTURE = System.getProperty("os.arch").toLowerCase(Locale.ROOT);

    private Platform() {}

    static boolean isMac() {
        return OS.startsWith("mac");
    }

    static boolean isLinuxX64() {
        return OS.startsWith("linux") && (ARCHITECTURE.equals("amd64") || ARCHITECTURE.equals("x86_64"));
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    static String describe() {
        return OS + " on " + ARCHITECTURE;
    }
}
