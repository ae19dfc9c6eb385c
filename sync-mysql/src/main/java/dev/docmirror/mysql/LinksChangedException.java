package dev.docmirror.mysql;

import dev.docmirror.error.TransientSyncException;

/** Another transaction changed the same links first: what was read of them is not true any more. */
final class LinksChangedException extends TransientSyncException {
    private static final long serialVersionUID = 1;

    LinksChangedException() {
        super("another transaction changed the same identity links meanwhile; do it again", null);
    }
}
