package dev.docmirror.couchdb;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The address of a database, without credentials.
 *
 * @param server scheme, host and port
 * @param root the path of the server's root, without a slash at its end; mostly empty
 * @param segment the database's name as it stands in the path
 */
record DatabaseUrl(URI server, String root, String segment) {
    /** RFC 3986, section 2.3. */
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /** The URL's address part. Messages repeat no part of a URL: it may hold a password where none is expected. */
    static DatabaseUrl of(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw malformed("begin with http:// or https://");
        }
        if (url.getHost() == null) {
            throw malformed("name a host, with the characters @ : / ? # of user and password percent-encoded");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw malformed("end with the database's name");
        }
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw malformed("name a database");
        }
        try {
            URI server = new URI(scheme, null, url.getHost(), url.getPort(), null, null, null);
            return new DatabaseUrl(server, path.substring(0, slash), path.substring(slash + 1));
        } catch (URISyntaxException e) {
            throw malformed("name a host");
        }
    }

    private static IllegalArgumentException malformed(String rule) {
        return new IllegalArgumentException("databaseUrl: must " + rule
                + ", as http://host:5984/database (the given one is not shown: it may hold a secret)");
    }

    /** The database's name. */
    String name() {
        return decode(segment);
    }

    /** The path of the database on its server. */
    String path() {
        return root + "/" + segment;
    }

    /** Percent-decoded; a plus sign is a plus sign. */
    static String decode(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Percent-encoded for any place in a path or query. */
    static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", (int) c));
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return server + path();
    }
}
