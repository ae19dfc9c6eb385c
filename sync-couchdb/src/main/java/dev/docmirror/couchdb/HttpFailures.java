package dev.docmirror.couchdb;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.NoHttpResponseException;
import tools.jackson.databind.JsonNode;

/** What HTTP's failures mean. Messages name method, path and status, and never repeat what was sent or received. */
final class HttpFailures {
    /** The words in CouchDB's {@code error} member that may be repeated. */
    private static final Set<String> WORDS = Set.of(
            "bad_request",
            "conflict",
            "file_exists",
            "forbidden",
            "illegal_database_name",
            "internal_server_error",
            "maintenance_mode",
            "method_not_allowed",
            "not_found",
            "nodedown",
            "no_majority",
            "request_entity_too_large",
            "document_too_large",
            "service_unavailable",
            "timeout",
            "too_many_requests",
            "unauthorized",
            "unknown_error");

    /** CouchDB's lockout, since 3.4. */
    private static final String LOCKED_OUT = "temporarily locked";

    private HttpFailures() {}

    private static Optional<String> text(JsonNode answer, String name) {
        JsonNode member = answer.path(name);
        return member.isString() ? Optional.of(member.stringValue()) : Optional.empty();
    }

    /** @param answer the body, if it is JSON */
    static SyncException status(HttpCall call, int status, JsonNode answer, Optional<Duration> retryAfter) {
        Optional<String> word = text(answer, "error");
        String told = call + " answered " + status
                + word.filter(WORDS::contains).map(w -> " (" + w + ")").orElse("");
        return switch (status) {
            case 400 -> word.isPresent() ? new RefusedRequestException(told) : notCouchDb(told);
            case 401 ->
                new AccessDeniedException(
                        told + ": the credentials were refused; mend user and password, or token", null);
            case 403 ->
                text(answer, "reason")
                                .filter(reason -> reason.contains(LOCKED_OUT))
                                .isPresent()
                        ? new TransientSyncException(
                                told + ": the account is locked for some minutes after failed logins; find who logs in"
                                        + " with a wrong password",
                                null,
                                retryAfter.orElse(null))
                        : new AccessDeniedException(
                                told + ": not allowed; grant the user access to the database", null);
            case 404 ->
                word.equals(Optional.of("not_found"))
                        ? new SourceUnavailableException(
                                told + ": there is no such database; create it or mend the URL", null)
                        // A proxy or load balancer that has no server at the moment says so, too.
                        : new TransientSyncException(
                                told + ": this is not how CouchDB answers; check the URL and what stands in between",
                                null,
                                retryAfter.orElse(null));
            case 408, 425, 429 -> new TransientSyncException(told, null, retryAfter.orElse(null));
            default -> {
                if (status >= 500) {
                    yield new TransientSyncException(told, null, retryAfter.orElse(null));
                }
                if (status / 100 == 3) {
                    yield new SourceUnavailableException(
                            told + ": redirects are refused; set the URL that it leads to", null);
                }
                yield notCouchDb(told);
            }
        };
    }

    private static SyncException notCouchDb(String told) {
        return new SourceUnavailableException(
                told + ": this is not how CouchDB answers; check the URL and what stands in between", null);
    }

    static SyncException io(HttpCall call, HttpUriRequestBase request, IOException e) {
        String server = server(request);
        if (e instanceof MalformedAnswerException) {
            return new TransientSyncException(call + ": the answer can't be used, " + e.getMessage(), null);
        }
        if (isCertificate(e)) {
            return new ConfigurationException(
                    call + ": the certificate of " + server + " is not accepted; it has to be valid, for this host, and"
                            + " from an authority in the trust store",
                    e);
        }
        String what;
        boolean harmless = true;
        if (e instanceof UnknownHostException) {
            what = "the host name is unknown; check the URL";
        } else if (e instanceof ConnectException) {
            what = "no connection; check that the server runs and the URL is right";
        } else if (e instanceof SocketTimeoutException) {
            what = "no connection in time; check that the server runs and the URL is right";
        } else if (e instanceof NoHttpResponseException) {
            what = "the server closed the connection without an answer";
        } else if (e instanceof SSLException) {
            what = "TLS failed";
        } else {
            what = "the connection failed with " + e.getClass().getSimpleName();
            harmless = e.getClass().getName().startsWith("java.net.");
        }
        // An HTTP parser's message may quote what it could not parse.
        return new TransientSyncException(call + " at " + server + ": " + what, harmless ? e : null);
    }

    private static boolean isCertificate(IOException e) {
        if (e instanceof SSLPeerUnverifiedException) {
            return true;
        }
        if (e instanceof SSLException) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof GeneralSecurityException) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String server(HttpUriRequestBase request) {
        try {
            URI uri = request.getUri();
            return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        } catch (URISyntaxException e) {
            return "the server";
        }
    }

    /**
     * {@code Retry-After}: seconds or a date.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, section 10.2.3</a>
     */
    static Optional<Duration> retryAfter(String value, Clock clock) {
        try {
            if (!value.isEmpty() && value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
            }
            Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
            Duration wait = Duration.between(clock.instant(), until);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty(); // unreadable: as if it were not there
        }
    }
}
