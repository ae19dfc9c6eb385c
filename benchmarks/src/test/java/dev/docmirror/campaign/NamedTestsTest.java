package dev.docmirror.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the READMEs say is shown by a test is: the test exists, and no row is without one. */
class NamedTestsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path HERE = Path.of("README.md");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT|Laws))(?:#(\\w+))?`");
    private static final Pattern CONSTANT = Pattern.compile("^    ([A-Z_]+)\\(", Pattern.MULTILINE);
    private static final int FAULTS = 27;

    private final Map<String, Path> sources = sources();

    @Test
    void faults_eachHasATestThatExists() throws IOException {
        List<String> rows = table(Files.readString(HERE), "faults");
        assertThat(rows.stream().map(row -> cell(row, 1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, FAULTS)
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(rows).allSatisfy(row -> assertExists(cell(row, 4)));
    }

    @Test
    void defects_eachThatIsPlanted_isTold() throws IOException {
        List<String> rows = table(Files.readString(HERE), "defects");
        assertThat(rows).allSatisfy(row -> assertExists(cell(row, 2)));
        for (String planted : List.of("ScheduledFault", "ContractFault")) {
            Set<String> constants = new TreeSet<>();
            CONSTANT.matcher(Files.readString(sources.get(planted)))
                    .results()
                    .forEach(found -> constants.add("`" + found.group(1) + "`"));
            assertThat(constants).as(planted).isNotEmpty();
            assertThat(rows)
                    .anySatisfy(row -> assertThat(
                                    new TreeSet<>(List.of(cell(row, 1).split(", "))))
                            .as(planted)
                            .isEqualTo(constants));
        }
    }

    @Test
    void promises_eachHasATestThatExists() throws IOException {
        List<String> rows = table(Files.readString(ROOT.resolve("README.md")), "promises");
        assertThat(rows).hasSizeGreaterThan(5).allSatisfy(row -> assertExists(cell(row, 3)));
    }

    private void assertExists(String cell) throws IOException {
        Matcher named = NAMED.matcher(cell);
        assertThat(named.find()).as("a test in: %s", cell).isTrue();
        do {
            Path source = sources.get(named.group(1));
            assertThat(source).as(named.group()).isNotNull();
            if (named.group(2) != null) {
                assertThat(Files.readString(source)).as(named.group()).contains(" " + named.group(2) + "(");
            }
        } while (named.find());
    }

    /** The rows of the table between two marks, without its head. */
    private static List<String> table(String text, String mark) {
        String[] parts = text.split("<!-- " + mark + " -->", -1);
        assertThat(parts).as("marks of %s", mark).hasSize(3);
        List<String> rows = new ArrayList<>(
                parts[1].lines().filter(line -> line.startsWith("|")).toList());
        return rows.subList(2, rows.size());
    }

    private static String cell(String row, int number) {
        return row.split("\\|", -1)[number].strip();
    }

    private static Map<String, Path> sources() {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path ->
                            path.toString().endsWith(".java") && path.toString().contains("src"))
                    .collect(Collectors.toMap(
                            path -> path.getFileName().toString().replace(".java", ""),
                            path -> path,
                            (one, other) -> one,
                            HashMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
