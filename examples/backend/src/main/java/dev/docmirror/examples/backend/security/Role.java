package dev.docmirror.examples.backend.security;

import java.util.Locale;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a user is to the clinic. */
public enum Role {
    /** Sees patients: reads and writes own documents. */
    CLINICIAN,
    /** Decides conflicts, and sees whole documents for it. */
    REVIEWER,
    /** Runs the backend. */
    ADMIN;

    /** As Spring Security knows it. */
    public GrantedAuthority authority() {
        return new SimpleGrantedAuthority("ROLE_" + name());
    }

    /** Whether a caller has it. */
    public boolean isHeldBy(Authentication caller) {
        return caller.getAuthorities().contains(authority());
    }

    /** As clients know it: {@code reviewer}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
