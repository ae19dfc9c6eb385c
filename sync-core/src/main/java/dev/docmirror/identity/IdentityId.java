package dev.docmirror.identity;

import java.util.regex.Pattern;

/**
 * One person or thing, whatever the systems call it. Opaque, minted by {@link IdentityLinks} and never used again for
 * another one. It says nothing about whom it stands for, so it may stand in rows, logs and audits.
 *
 * @param value 1 to 64 letters, digits or hyphens
 */
public record IdentityId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

    public IdentityId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("identity: must be 1 to 64 letters, digits or hyphens");
        }
    }

    public static IdentityId of(String value) {
        return new IdentityId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
