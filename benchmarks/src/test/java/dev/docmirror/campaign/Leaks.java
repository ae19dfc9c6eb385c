package dev.docmirror.campaign;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;

/** Gathers everything that docmirror says, and finds secrets in it, in any encoding. */
final class Leaks {
    private final List<String> needles = new ArrayList<>();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    Leaks(String... secrets) {
        for (String secret : secrets) {
            add(secret);
            add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            add(HexFormat.of().formatHex(bytes));
            for (int shift = 0; shift < 3; shift++) {
                add(core(bytes, shift));
            }
        }
    }

    private void add(String needle) {
        needles.add(needle.toLowerCase(Locale.ROOT));
    }

    /** What is the same in the base64 text of anything that holds the secret at this offset, modulo three. */
    private static String core(byte[] secret, int shift) {
        byte[] shifted = new byte[secret.length + shift];
        System.arraycopy(secret, 0, shifted, shift, secret.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        return text.substring(shift == 0 ? 0 : shift + 1, text.length() - 1);
    }

    /** What an object says of itself. */
    <T> T of(T object) {
        heard.add(String.valueOf(object));
        return object;
    }

    /** Messages, causes and stack traces. */
    void trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        heard.add(text.toString());
        heard.add(String.valueOf(failure));
    }

    int size() {
        return heard.size();
    }

    void assertNone() {
        Set<String> found = new TreeSet<>();
        for (String text : heard) {
            String lower = text.toLowerCase(Locale.ROOT);
            needles.stream().filter(lower::contains).forEach(needle -> found.add(needle + " in: " + text));
        }
        assertThat(found).isEmpty();
    }
}
