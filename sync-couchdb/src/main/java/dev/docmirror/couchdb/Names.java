package dev.docmirror.couchdb;

import java.nio.charset.StandardCharsets;

/** Names of JSON members as bytes. */
final class Names {
    private Names() {}

    static byte[][] of(String... names) {
        byte[][] bytes = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            bytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }
}
