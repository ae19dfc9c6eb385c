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

    /** Has what is built log in. */
    public <B extends CouchDbBuilder<B>> B login(B builder) {
        return builder.basic(user, password);
    }

    @Override
    public String toString() {
        return "CouchDbSettings[" + url + "]";
    }
}
