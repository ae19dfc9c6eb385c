package dev.docmirror.examples.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The project's README shows the configuration class as it is, and it is short enough to be shown. */
class ReadmeTest {
    private static final Pattern SHOWN =
            Pattern.compile("<!-- source: DocmirrorConfiguration -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final int MOST_LINES = 80;

    @Test
    void configuration_isShownAsItIs_inFewLines() throws IOException {
        String source =
                Files.readString(Path.of("src/main/java/dev/docmirror/examples/backend/DocmirrorConfiguration.java"));
        String shown = source.substring(source.indexOf("@Configuration"));

        Matcher readme = SHOWN.matcher(Files.readString(Path.of("../../README.md")));

        assertThat(readme.find()).isTrue();
        assertThat(readme.group(1)).isEqualTo(shown);
        assertThat(shown.lines().filter(line -> !line.isBlank()).count()).isLessThan(MOST_LINES);
    }
}
