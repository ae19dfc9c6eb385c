package dev.docmirror.couchdb;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/** How a request proves who sends it. No {@code toString} shows a secret. */
sealed interface Credentials {

    record None() implements Credentials {}

    /** HTTP basic authentication, RFC 7617. */
    final class Basic implements Credentials {
        private final String header;

        Basic(String user, String password) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            this.header = "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        String header() {
            return header;
        }

        @Override
        public String toString() {
            return "basic";
        }
    }

    /** A cookie from {@code POST /_session}. */
    final class Session implements Credentials {
        private final String user;
        private final String password;

        Session(String user, String password) {
            this.user = user;
            this.password = password;
        }

        /** What {@code _session} is sent. */
        byte[] login() {
            StringBuilder json = new StringBuilder("{\"name\":");
            JsonStrings.encode(user, json);
            json.append(",\"password\":");
            JsonStrings.encode(password, json);
            return json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return "session";
        }
    }

    /** A token of the host's, asked for at each request. */
    record Bearer(Supplier<String> token) implements Credentials {
        @Override
        public String toString() {
            return "bearer";
        }
    }

    /** The user info of a URL. */
    static Optional<Credentials> of(URI url) {
        String info = url.getRawUserInfo();
        if (info == null || info.isEmpty()) {
            return Optional.empty();
        }
        int colon = info.indexOf(':');
        String user = DatabaseUrl.decode(colon < 0 ? info : info.substring(0, colon));
        String password = colon < 0 ? "" : DatabaseUrl.decode(info.substring(colon + 1));
        return Optional.of(new Basic(user, password));
    }
}
