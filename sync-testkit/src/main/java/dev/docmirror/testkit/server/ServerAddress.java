package dev.docmirror.testkit.server;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address given by the user, taken apart: {@code scheme://user:password@host:port/path?parameters}. User and
 * password may also be parameters, as in a JDBC URL.
 *
 * @param parameters the query without user and password, as it was written
 */
record ServerAddress(String scheme, String host, int port, String user, String password, String parameters) {

    /** The setting's value from the system property, else from the environment. */
    static Optional<String> setting(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable(property))))
                .filter(value -> !value.isBlank());
    }

    /** How the setting is called in the environment: {@code docmirror.mysql.url} is {@code DOCMIRROR_MYSQL_URL}. */
    static String variable(String property) {
        return property.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException without the address in its message, since it holds a password */
    static ServerAddress parse(String address, String setting, int defaultPort) {
        URI uri;
        try {
            uri = URI.create(address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address);
        } catch (IllegalArgumentException e) {
            throw malformed(setting);
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw malformed(setting);
        }
        String user = "";
        String password = "";
        String userInfo = uri.getRawUserInfo();
        if (userInfo != null) {
            int colon = userInfo.indexOf(':');
            user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
            password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
        }
        List<String> rest = new ArrayList<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("user=")) {
                user = decode(parameter.substring("user=".length()));
            } else if (parameter.startsWith("password=")) {
                password = decode(parameter.substring("password=".length()));
            } else if (!parameter.isEmpty()) {
                rest.add(parameter);
            }
        }
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        return new ServerAddress(uri.getScheme(), uri.getHost(), port, user, password, String.join("&", rest));
    }

    private static IllegalArgumentException malformed(String setting) {
        return new IllegalArgumentException(setting
                + ": must be an address such as scheme://user:password@host:port (not shown: it may hold a secret)");
    }

    private static String decode(String encoded) {
        // A plus sign is a plus sign in user info, and passwords are rather copied than encoded as a form.
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
