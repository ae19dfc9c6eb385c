package dev.docmirror.examples.backend;

import java.net.URI;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the documents are. The credentials stay in this process; {@code toString} does not show the password.
 *
 * @param url the database, without credentials: {@code http://127.0.0.1:5984/clinic}
 */
@ConfigurationProperties("clinic.couchdb")
public record CouchDbSettings(URI url, String user, String password) {

    @Override
    public String toString() {
        return "CouchDbSettings[" + url + "]";
    }
}
