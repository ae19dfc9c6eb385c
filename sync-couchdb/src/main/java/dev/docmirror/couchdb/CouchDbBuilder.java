package dev.docmirror.couchdb;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a CouchDB database. No setting is shown by any {@code toString}.
 *
 * @param <B> the builder itself
 */
public abstract sealed class CouchDbBuilder<B extends CouchDbBuilder<B>>
        permits CouchDbChangeSource.Builder,
                CouchDbCheckpointStore.Builder,
                CouchDbDocumentTarget.Builder,
                CouchDbSetup.Builder {
    private final DatabaseUrl url;
    private @Nullable Credentials credentials;
    private @Nullable KeyStore trustStore;
    private @Nullable SSLContext sslContext;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration requestTimeout = Duration.ofSeconds(60);

    CouchDbBuilder(URI databaseUrl) {
        this.url = DatabaseUrl.of(databaseUrl);
        this.credentials = Credentials.of(databaseUrl).orElse(null);
    }

    abstract B self();

    /** Sends user and password with each request. Default: those in the URL, else none. */
    public B basic(String user, String password) {
        return credentials(new Credentials.Basic(user, password));
    }

    /**
     * Logs in with user and password, and sends the session's cookie with each request. An expired session is renewed.
     *
     * @see <a href="https://docs.couchdb.org/en/stable/api/server/authn.html#cookie-authentication">CouchDB: cookie
     *     authentication</a>
     */
    public B session(String user, String password) {
        return credentials(new Credentials.Session(user, password));
    }

    /** Sends a token. It is asked for before each request, by any thread, so it should be at hand. */
    public B bearer(Supplier<String> token) {
        return credentials(new Credentials.Bearer(token));
    }

    private B credentials(Credentials other) {
        if (credentials != null) {
            throw new IllegalArgumentException(
                    "credentials: must be given once, in the URL or by one of basic, session and bearer");
        }
        credentials = other;
        return self();
    }

    /** The certificates of authorities to trust instead of the JVM's own. Host names are always checked. */
    public B trustStore(KeyStore certificates) {
        trustStore = certificates;
        return self();
    }

    /** How TLS is spoken, client certificates for one. Excludes {@link #trustStore}. Host names are always checked. */
    public B sslContext(SSLContext context) {
        sslContext = context;
        return self();
    }

    /** How long to wait for a connection. Default 10 seconds. */
    public B connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return self();
    }

    /**
     * How long to wait for an answer, all in all; time that is not spent waiting for the server does not count. An
     * answer that keeps coming, at 4 KiB a second or faster, may take longer. Default 60 seconds.
     */
    public B requestTimeout(Duration timeout) {
        requestTimeout = timeout;
        return self();
    }

    /** @throws IllegalArgumentException if a setting is not usable; the message names it */
    CouchDbHttp http() {
        positive("connectTimeout", connectTimeout);
        positive("requestTimeout", requestTimeout);
        Credentials how = credentials == null ? new Credentials.None() : credentials;
        return new CouchDbHttp(url, how, tls(), connectTimeout, requestTimeout);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": must be > 0, was " + value);
        }
    }

    private Optional<SSLContext> tls() {
        KeyStore store = trustStore;
        if (store == null) {
            return Optional.ofNullable(sslContext);
        }
        if (sslContext != null) {
            throw new IllegalArgumentException("sslContext: must not be given together with trustStore");
        }
        try {
            if (store.size() == 0) {
                throw new IllegalArgumentException("trustStore: must hold certificates, was empty");
            }
            return Optional.of(
                    SSLContexts.custom().loadTrustMaterial(store, null).build());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("trustStore: must be loaded", e);
        }
    }

    @Override
    public final String toString() {
        return "CouchDB database " + url;
    }
}
