package dev.docmirror.examples.backend.security;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Which paths want which roles. What is not named here is refused. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String[] OPEN = {
        "/", "/index.html", "/css/**", "/js/**", "/img/**", "/favicon.ico", "/actuator/health/**", "/error"
    };

    /** The page runs its own scripts and no others, talks to this server alone, and never makes markup of a text. */
    private static final String CONTENT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'";

    @Bean
    SecurityFilterChain security(HttpSecurity http, OpaqueTokenIntrospector tokens, ProblemWriter problems) {
        return http.csrf(AbstractHttpConfigurer::disable) // no cookie, so nothing that another site could ride on
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .authorizeHttpRequests(paths -> paths.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, OPEN)
                        .permitAll()
                        .requestMatchers(HttpMethod.POST, "/api/login")
                        .permitAll()
                        .requestMatchers("/api/webhooks/**")
                        .permitAll() // signed instead, see the package webhook
                        .requestMatchers("/api/conflicts", "/api/conflict/**", "/api/conflict")
                        .hasAnyRole(Role.REVIEWER.name(), Role.ADMIN.name())
                        .requestMatchers("/api/dead-letters", "/api/dead-letter/**", "/api/devices")
                        .hasAnyRole(Role.REVIEWER.name(), Role.ADMIN.name())
                        .requestMatchers("/api/v1/sync/queue", "/api/v1/sync/process/**", "/api/v1/sync/resolve/**")
                        .hasAnyRole(Role.CLINICIAN.name(), Role.ADMIN.name())
                        .requestMatchers("/actuator/**", "/api/v1/sync/stats")
                        .hasRole(Role.ADMIN.name())
                        .requestMatchers("/db", "/db/**")
                        .hasRole(Role.CLINICIAN.name())
                        .requestMatchers("/api/**")
                        .authenticated()
                        .anyRequest()
                        .denyAll())
                .oauth2ResourceServer(bearer -> bearer.opaqueToken(opaque -> opaque.introspector(tokens))
                        .authenticationEntryPoint(problems)
                        .accessDeniedHandler(problems))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .build();
    }

    @Bean
    OpaqueTokenIntrospector introspector(Tokens tokens) {
        return token -> tokens.find(token)
                .map(session -> new DefaultOAuth2AuthenticatedPrincipal(
                        session.user().name(), Map.of("sub", session.user().name()), authorities(session)))
                .orElseThrow(() -> new BadOpaqueTokenException("unknown or expired"));
    }

    private static Collection<GrantedAuthority> authorities(Tokens.Session session) {
        return List.copyOf(session.user().roles().stream().map(Role::authority).toList());
    }

    @Bean
    PasswordEncoder passwords() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }
}
