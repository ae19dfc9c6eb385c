package dev.docmirror.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** The README's table of errors: situation, quoted message, what to do. An ellipsis in a quote stands for any text. */
final class QuotedErrors {
    private static final String MARKER = "<!-- errors -->";
    private static final Map<String, String> QUOTES = read();

    private QuotedErrors() {}

    /** Checks that the README quotes what was said in a situation. */
    static void check(String situation, String said) {
        assertThat(QUOTES).as("the README's errors").containsKey(situation);
        String quote = QUOTES.get(situation);
        String anywhere = java.util.Arrays.stream(quote.split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        assertThat(Pattern.compile(anywhere, Pattern.DOTALL).matcher(said).find())
                .as("README: %s%nsaid:   %s", quote, said)
                .isTrue();
    }

    static Set<String> situations() {
        return QUOTES.keySet();
    }

    static Path ownSource() {
        return root().resolve("benchmarks/src/test/java/dev/docmirror/campaign/ErrorsIT.java");
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("benchmarks")) ? here : here.getParent();
    }

    private static Map<String, String> read() {
        try {
            String[] parts = Files.readString(root().resolve("README.md")).split(Pattern.quote(MARKER), -1);
            Map<String, String> quotes = new LinkedHashMap<>();
            for (String line : parts.length < 3 ? new String[0] : parts[1].split("\n")) {
                String[] cells = line.split("(?<!\\\\)\\|", -1);
                if (cells.length == 5 && cells[2].contains("`")) {
                    quotes.put(
                            cells[1].strip(),
                            cells[2].strip().replaceAll("^`+ ?| ?`+$", "").replace("\\|", "|"));
                }
            }
            return quotes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
