package dev.docmirror.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versioned SQL files in this jar, oldest first. */
final class SchemaFiles {
    static final String FOLDER = "dev/docmirror/mysql/schema/";

    private static final List<String> FILES = List.of("V1__docmirror.sql");
    private static final Pattern NAME = Pattern.compile("V(\\d+)__.*");
    private static final Pattern TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+) \\(");
    private static final Pattern COLUMN = Pattern.compile("(?m)^  ([a-z_]+) ");

    private SchemaFiles() {}

    /** The statements of each version. */
    static Map<Integer, List<String>> versions() {
        Map<Integer, List<String>> versions = new LinkedHashMap<>();
        for (String file : FILES) {
            Matcher name = NAME.matcher(file);
            if (!name.matches()) {
                throw new IllegalStateException(file + ": must be named V1__…");
            }
            versions.put(Integer.valueOf(name.group(1)), statements(read(file)));
        }
        return versions;
    }

    static int newest() {
        return FILES.size();
    }

    /** docmirror's own tables with their columns. */
    static Map<String, List<String>> tables() {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (List<String> statements : versions().values()) {
            for (String statement : statements) {
                Matcher table = TABLE.matcher(statement);
                if (table.find()) {
                    tables.put(
                            table.group(1),
                            COLUMN.matcher(statement)
                                    .results()
                                    .map(column -> column.group(1))
                                    .toList());
                }
            }
        }
        return tables;
    }

    /** Our files end each statement with a semicolon at the end of a line, and have none elsewhere at such a place. */
    private static List<String> statements(String sql) {
        List<String> statements = new ArrayList<>();
        for (String part : sql.replaceAll("(?m)^--.*$", "").split(";\\s*(?:\\n|$)", -1)) {
            if (!part.isBlank()) {
                statements.add(part.strip());
            }
        }
        return statements;
    }

    private static String read(String file) {
        try (InputStream in = SchemaFiles.class.getResourceAsStream("schema/" + file)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + file + " is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
