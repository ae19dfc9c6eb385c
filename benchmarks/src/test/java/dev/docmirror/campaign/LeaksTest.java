package dev.docmirror.campaign;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LeaksTest {
    private static final String SECRET = "Wr0ng+Kennwort/9%&";

    @Test
    void assertNone_secretInAnyEncoding_fails() {
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        for (String told : List.of(
                "it was " + SECRET + "!",
                SECRET.toUpperCase(java.util.Locale.ROOT),
                URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                HexFormat.of().withUpperCase().formatHex(bytes),
                base64("admin:" + SECRET),
                base64("x:" + SECRET),
                base64("ab:" + SECRET + "."),
                base64("abc:" + SECRET + ".."))) {
            Leaks leaks = new Leaks(SECRET);
            leaks.of(told);
            assertThatThrownBy(leaks::assertNone).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void assertNone_secretInACause_fails() {
        Leaks leaks = new Leaks(SECRET);
        leaks.trace(new IllegalStateException("harmless", new RuntimeException(SECRET)));
        assertThatThrownBy(leaks::assertNone).isInstanceOf(AssertionError.class);
    }

    @Test
    void assertNone_nothingSecret_passes() {
        Leaks leaks = new Leaks(SECRET);
        leaks.of("GET / answered 401 (unauthorized)");
        assertThatNoException().isThrownBy(leaks::assertNone);
    }

    private static String base64(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
