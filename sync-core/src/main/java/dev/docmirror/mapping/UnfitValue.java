package dev.docmirror.mapping;

/** A value does not fit its column. The message names the rule, never the value. */
final class UnfitValue extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnfitValue(String rule) {
        super(rule, null, false, false);
    }
}
