package dev.docmirror.examples.backend.proxy;

import org.jspecify.annotations.Nullable;

/** Why a request of a device is not done: a status, CouchDB's word for it and a reason, which repeats nothing of the request. */
final class ProxyException extends RuntimeException {
    private final int status;
    private final String error;

    ProxyException(int status, String error, String reason) {
        this(status, error, reason, null);
    }

    ProxyException(int status, String error, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.status = status;
        this.error = error;
    }

    static ProxyException badRequest(String reason) {
        return new ProxyException(400, "bad_request", reason);
    }

    static ProxyException notFound() {
        return new ProxyException(404, "not_found", "missing");
    }

    static ProxyException tooLarge(String reason) {
        return new ProxyException(413, "too_large", reason);
    }

    static ProxyException unavailable(String reason, @Nullable Throwable cause) {
        return new ProxyException(503, "service_unavailable", reason, cause);
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }
}
