package dev.docmirror.examples.backend.proxy;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.exc.JacksonIOException;

/** Answers failures in CouchDB's form, {@code error} and {@code reason}, with nothing of request, document or cause. */
@RestControllerAdvice(assignableTypes = ReplicationController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ReplicationErrors {
    private static final Logger log = LoggerFactory.getLogger(ReplicationErrors.class);

    @ExceptionHandler
    void refused(ProxyException failure, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            throw failure; // the connection is closed in the middle of the answer, so that it does not look whole
        }
        response.resetBuffer();
        response.setStatus(failure.status());
        if (failure.status() == 429 || failure.status() == 503) {
            response.setHeader("Retry-After", "5");
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream()
                .write(ProxyJson.bytes(
                        ProxyJson.object().put("error", failure.error()).put("reason", failure.getMessage())));
    }

    /** The message may hold values; its class tells enough. */
    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    void unavailable(RuntimeException failure, HttpServletResponse response) throws IOException {
        log.warn("a request of a device failed in MySQL: {}", failure.getClass().getSimpleName());
        refused(ProxyException.unavailable("it can't be done now", failure), response);
    }

    /** Nobody is there any more to be answered. */
    @ExceptionHandler
    void gone(JacksonIOException failure) {
        log.debug("a device went away: {}", failure.getClass().getSimpleName());
    }
}
