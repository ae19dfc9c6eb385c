package dev.docmirror.mysql;

/** A value that can't be sent unaltered. The message says what is wrong with it, not what it is. */
final class UnfitValueException extends Exception {
    private static final long serialVersionUID = 1;

    UnfitValueException(String reason) {
        super(reason, null, false, false);
    }
}
