package dev.docmirror.examples.backend.webhook;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookSignatureTest {
    /** From the tests of the libraries of Standard Webhooks. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIME = "1614265330";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private final WebhookSignature signature = WebhookSignature.of("supabase", SECRET);

    @Test
    void sign_publishedVector_isTheirs() {
        assertThat(signature.sign(ID, TIME, BODY)).isEqualTo(SIGNATURE);
    }

    @Test
    void isRight_oneOfSeveral_isEnough() {
        assertThat(signature.isRight(ID, TIME, BODY, "v1,AAAA v2,xyz " + SIGNATURE))
                .isTrue();
    }

    @Test
    void isRight_anythingExchanged_isNot() {
        assertThat(signature.isRight(ID + "x", TIME, BODY, SIGNATURE)).isFalse();
        assertThat(signature.isRight(ID, "1614265331", BODY, SIGNATURE)).isFalse();
        assertThat(signature.isRight(ID, TIME, new byte[0], SIGNATURE)).isFalse();
        assertThat(signature.isRight(ID, TIME, BODY, "")).isFalse();
        assertThat(signature.isRight(ID, TIME, BODY, SIGNATURE.substring(3))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_?"})
    void of_weakOrMalformedSecret_isRefusedWithoutShowingIt(String secret) {
        assertThatThrownBy(() -> WebhookSignature.of("supabase", secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clinic.webhooks.secrets.supabase: must be whsec_ and base64 of at least 24 bytes");
    }
}
