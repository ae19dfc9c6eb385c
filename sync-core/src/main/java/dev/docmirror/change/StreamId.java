package dev.docmirror.change;

import java.util.regex.Pattern;

/**
 * The name of one stream of changes into one mirror. Checkpoint, lease, registry, archive and dead letters belong to
 * it.
 *
 * @param value 1 to 64 letters, digits, dots, hyphens or underscores
 */
public record StreamId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public StreamId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("stream: must be 1 to 64 letters, digits, dots, hyphens or underscores");
        }
    }

    public static StreamId of(String value) {
        return new StreamId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
