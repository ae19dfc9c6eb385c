package dev.docmirror.mapping;

/** A column value that the database fills from its own clock while it writes the row. */
public enum MirrorTime {
    NOW
}
