package dev.docmirror.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The README shows code that compiles: it is that of {@link ReadmeSnippets}, word for word. */
class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile("<!-- snippet: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Path README = Path.of("../../README.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/docmirror/examples/quickstart/ReadmeSnippets.java");

    @Test
    void snippets_areThoseThatCompile() throws IOException {
        String source = Files.readString(SOURCE);
        Matcher shown = SHOWN.matcher(Files.readString(README));
        int snippets = 0;
        while (shown.find()) {
            assertThat(shown.group(2)).as(shown.group(1)).isEqualTo(snippet(source, shown.group(1)));
            snippets++;
        }
        assertThat(snippets).isEqualTo(13);
    }

    private static String snippet(String source, String name) {
        String start = "// snippet: " + name + "\n";
        int from = source.indexOf(start);
        assertThat(from).as(name).isPositive();
        String code = source.substring(from + start.length(), source.indexOf("// end", from));
        List<String> lines = code.lines().toList();
        return String.join("\n", lines.subList(0, lines.size() - 1))
                        .stripIndent()
                        .stripTrailing() + "\n";
    }
}
