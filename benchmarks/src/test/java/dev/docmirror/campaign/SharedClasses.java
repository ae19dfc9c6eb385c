package dev.docmirror.campaign;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of this JVM as jars alone, and an archive of the classes that a process loads from it: with both, a JVM
 * starts in a part of the time, which counts where hundreds are killed. One process records the archive at its end.
 */
final class SharedClasses implements AutoCloseable {
    private final Path folder;
    private final String classPath;

    private SharedClasses(Path folder, String classPath) {
        this.folder = folder;
        this.classPath = classPath;
    }

    static SharedClasses pack() throws IOException {
        Path folder = Files.createTempDirectory("docmirror-classes");
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? packed(path, folder.resolve(jars.size() + ".jar")) : entry);
        }
        return new SharedClasses(folder, String.join(File.pathSeparator, jars));
    }

    private static String packed(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
        return jar.toString();
    }

    String classPath() {
        return classPath;
    }

    private Path archive() {
        return folder.resolve("classes.jsa");
    }

    boolean isRecorded() {
        return Files.exists(archive());
    }

    /** For a process that records, or for one that uses what was recorded. */
    List<String> jvm() {
        return List.of((isRecorded() ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive());
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
