package dev.docmirror.examples.backend.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * The bearer tokens that are good at present. They are opaque, and kept by their hash in this process only: a restart
 * ends all sessions, and a host of several nodes would keep them in its database. Thread-safe.
 */
@Component
class Tokens {
    private static final int BYTES = 32;

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final SecuritySettings settings;
    private final Clock clock = Clock.systemUTC();

    Tokens(SecuritySettings settings) {
        this.settings = settings;
    }

    /** Who is logged in, until when. */
    record Session(SecuritySettings.User user, Instant expiresAt) {}

    /** A token as its owner gets it, once. */
    record Issued(String token, Session session) {

        /** The session; no token. */
        @Override
        public String toString() {
            return session.toString();
        }
    }

    Issued issue(SecuritySettings.User user) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> !now.isBefore(session.expiresAt()));
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Session session = new Session(user, now.plus(settings.session()));
        sessions.put(hash(token), session);
        return new Issued(token, session);
    }

    Optional<Session> find(String token) {
        return Optional.ofNullable(sessions.get(hash(token)))
                .filter(session -> clock.instant().isBefore(session.expiresAt()));
    }

    private static String hash(String token) {
        try {
            byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
