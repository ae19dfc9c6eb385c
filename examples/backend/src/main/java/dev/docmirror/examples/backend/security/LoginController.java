package dev.docmirror.examples.backend.security;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import dev.docmirror.examples.backend.RateLimit;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Hands out bearer tokens. */
@RestController
class LoginController {
    private static final int TRIES_AT_ONCE = 10;
    private static final int TRIES_A_SECOND = 1;
    /** Of a name, which anybody makes up; what is behind it does not make another caller. */
    private static final int LONGEST_CALLER = 255;

    private final SecuritySettings settings;
    private final PasswordEncoder passwords;
    private final Tokens tokens;
    private final RateLimit tries = new RateLimit(TRIES_AT_ONCE, TRIES_A_SECOND);
    /** What an unknown user's password is compared with, so that the answer takes as long as for a known one. */
    private final String nobodys;

    LoginController(SecuritySettings settings, PasswordEncoder passwords, Tokens tokens) {
        this.settings = settings;
        this.passwords = passwords;
        this.tokens = tokens;
        this.nobodys = String.valueOf(passwords.encode("nobody's"));
    }

    /** What a user sends; {@code toString} does not show the password. */
    record Login(@Nullable String user, @Nullable String password) {

        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /** What the user gets; {@code toString} does not show the token. */
    record LoggedIn(String token, String user, List<String> roles, Instant expiresAt) {

        @Override
        public String toString() {
            return "LoggedIn[" + user + ", until " + expiresAt + "]";
        }
    }

    @PostMapping("/api/login")
    LoggedIn login(@RequestBody Login login, HttpServletRequest request) {
        String caller = request.getRemoteAddr() + " " + login.user();
        tries.admit(caller.substring(0, Math.min(caller.length(), LONGEST_CALLER)), "logins");
        Optional<SecuritySettings.User> user = settings.users().stream()
                .filter(known -> known.name().equals(login.user()))
                .findFirst();
        String password = login.password() == null ? "" : login.password();
        boolean matches = passwords.matches(
                password, user.map(SecuritySettings.User::passwordHash).orElse(nobodys));
        if (user.isEmpty() || !matches) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "wrong user or password");
        }
        Tokens.Issued issued = tokens.issue(user.get());
        return new LoggedIn(
                issued.token(),
                user.get().name(),
                user.get().roles().stream().map(Role::label).sorted().toList(),
                issued.session().expiresAt().truncatedTo(ChronoUnit.MILLIS));
    }
}
