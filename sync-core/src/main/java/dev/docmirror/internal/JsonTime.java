package dev.docmirror.internal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as JavaScript writes them: always with three digits of the second's fraction. */
public final class JsonTime {
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private JsonTime() {}

    /** ISO 8601, in UTC. */
    public static String of(Instant time) {
        return MILLIS.format(time);
    }
}
