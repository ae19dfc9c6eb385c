package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.io.InputStream;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What CouchDB answers. Confined to one thread; to be closed. */
final class Reply implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reply.class);

    private final ClassicHttpResponse response;

    Reply(ClassicHttpResponse response) {
        this.response = response;
    }

    /**
     * This reply, if it is a success.
     *
     * @throws ProxyException if not, with the status where it is the device's matter
     */
    Reply success() {
        int status = response.getCode();
        if (status / 100 == 2) {
            return this;
        }
        close();
        throw switch (status) {
            case 400 -> ProxyException.badRequest("the database does not understand the request");
            case 404 -> ProxyException.notFound();
            case 409 -> new ProxyException(409, "conflict", "Document update conflict.");
            case 412 -> new ProxyException(412, "precondition_failed", "the database refuses the request");
            case 413 -> ProxyException.tooLarge("the database refuses so large a document");
            default -> unexpected(status);
        };
    }

    /** Not the device's matter: wrong credentials of the backend's own, a redirect, a failure. */
    private static ProxyException unexpected(int status) {
        log.warn("CouchDB answered a request for a device with {}", status);
        return ProxyException.unavailable("the database can't do it now", null);
    }

    InputStream body() {
        try {
            HttpEntity entity = response.getEntity();
            return entity == null ? InputStream.nullInputStream() : entity.getContent();
        } catch (IOException e) {
            throw ProxyException.unavailable("the database's answer can't be read", e);
        }
    }

    /** The whole body. */
    JsonNode tree() {
        try {
            return ProxyJson.tree(body());
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    /** Cut off, mostly. The cause is left out: its message quotes the answer. */
    static ProxyException malformed() {
        return ProxyException.unavailable("the database's answer is not whole", null);
    }

    @Override
    public void close() {
        try {
            response.close();
        } catch (IOException e) {
            log.debug("closing a connection to CouchDB failed", e);
        }
    }
}
