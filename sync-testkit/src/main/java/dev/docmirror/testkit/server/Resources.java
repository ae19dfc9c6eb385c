package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** What lies in jars on the classpath. */
final class Resources {

    private Resources() {}

    /** @param name from the root of the classpath, without a leading slash */
    static Optional<JarURLConnection> inJar(String name) {
        ClassLoader loader = Resources.class.getClassLoader();
        URL resource = loader == null ? ClassLoader.getSystemResource(name) : loader.getResource(name);
        try {
            return resource != null && resource.openConnection() instanceof JarURLConnection jar
                    ? Optional.of(jar)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Differs between versions of the same entry. */
    static String checksum(JarURLConnection entry) {
        try {
            return Long.toHexString(entry.getJarEntry().getCrc());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + entry.getURL(), e);
        }
    }

    /** Unpacks the entries of one folder of a jar whose path in it starts with one of the given ones. */
    static void unpack(JarURLConnection anyEntry, String folder, List<String> starts, Path target) throws IOException {
        JarFile jar = anyEntry.getJarFile();
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            if (entry.isDirectory() || !entry.getName().startsWith(folder)) {
                continue;
            }
            String path = entry.getName().substring(folder.length());
            if (starts.stream().anyMatch(path::startsWith)) {
                copy(jar, entry, target.resolve(path));
            }
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path target) throws IOException {
        Files.createDirectories(target.resolveSibling("."));
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, target);
        }
    }
}
