package dev.docmirror.examples.backend.security;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.proxy.Requests.Request;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How often somebody may try to log in. The names here are used by no other test. */
class LoginIT extends BackendIT {

    private HttpResponse<String> login(String user) {
        return Request.of("POST", "/api/login")
                .json(JSON.createObjectNode().put("user", user).put("password", "wrong"))
                .send(port);
    }

    @Test
    void login_triesTooOften_areHeldUp_andNobodyElses() {
        List<Integer> answers = new ArrayList<>();
        HttpResponse<String> last = login("mallory");
        while (last.statusCode() != 429 && answers.size() < 1_000) {
            answers.add(last.statusCode());
            last = login("mallory");
        }

        assertThat(answers).hasSizeGreaterThanOrEqualTo(10).containsOnly(401);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).contains("1");
        assertThat(last.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(last.body()).contains("too many logins").doesNotContain("mallory");
        assertThat(login("trudy").statusCode()).isEqualTo(401);
    }
}
