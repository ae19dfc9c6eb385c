package dev.docmirror.examples.backend;

import java.net.URI;

import dev.docmirror.couchdb.CouchDbBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the documents are. The credentials stay in this process; {@code toString} does not show the password.
 *
 * @param url the database, without credentials: {@code http://127.0.0.1:5984/clinic}
 */
@ConfigurationProperties("clinic.couchdb")
public record CouchDbSettings(URI url, String user, String password) {
    public CouchDbSettings {
        if (url == null || user == null || password == null) {
            throw new IllegalArgumentException("clinic.couchdb: url, user and password must be given");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("clinic.couchdb.url: must have no credentials; user and password have");
        }
        if (url.getRawPath() == null
                || url.getRawPath().length() < 2
                || url.getRawPath().endsWith("/")) {
            throw new IllegalArgumentException("clinic.couchdb.url: must end with the name of the database");
        }
    }

    /** Has what is built log in. */
    public <B extends CouchDbBuilder<B>> B login(B builder) {
        return builder.basic(user, password);
    }

    @Override
    public String toString() {
        return "CouchDbSettings[" + url + "]";
    }
}
