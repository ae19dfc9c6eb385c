package dev.docmirror.examples.backend.security;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may log in. Nobody may by default.
 *
 * @param users the users
 * @param session how long a token is good for
 */
@ConfigurationProperties("clinic.security")
public record SecuritySettings(
        @DefaultValue List<User> users, @DefaultValue("8h") Duration session) {

    /**
     * A user.
     *
     * @param passwordHash as Spring Security's delegating encoder writes it: <code>{bcrypt}$2a$…</code>
     */
    public record User(String name, String passwordHash, Set<Role> roles) {

        /** Name and roles. */
        @Override
        public String toString() {
            return name + " " + roles;
        }
    }
}
