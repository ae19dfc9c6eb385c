package dev.docmirror.examples.backend;

import dev.docmirror.error.EditRefusedException;
import dev.docmirror.error.StaleReviewException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers what fails with problem documents (RFC 9457). docmirror's own messages name ids, fields and codes and may be
 * told; any other message may quote what a client sent or a table holds, and goes nowhere, not into the log either.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ProblemDetail stale(StaleReviewException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail refused(EditRefusedException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail unavailable(TransientSyncException e) {
        log.warn("a request failed for now: {}", e.getMessage());
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "the sync can't answer for now; try again");
    }

    @ExceptionHandler
    ProblemDetail full(TaskRejectedException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "too many are listening; try again later");
    }

    @ExceptionHandler
    ProblemDetail failed(SyncException e) {
        log.error("a request failed: {}", e.getMessage());
        return ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR, "the sync failed; the log says more");
    }

    @ExceptionHandler
    ProblemDetail unexpected(RuntimeException e) {
        if (e instanceof AccessDeniedException || e instanceof AuthenticationException) {
            throw e; // for Spring Security to answer
        }
        StackTraceElement[] trace = e.getStackTrace();
        log.error("a request failed with {} at {}", e.getClass().getName(), trace.length == 0 ? "unknown" : trace[0]);
        return ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR, "the request failed");
    }

    /** Names the parameter without what was given for it. */
    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String name = e instanceof MethodArgumentTypeMismatchException argument ? argument.getName() : "a parameter";
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, name + ": has not the right form");
        return handleExceptionInternal(e, problem, headers, status, request);
    }
}
