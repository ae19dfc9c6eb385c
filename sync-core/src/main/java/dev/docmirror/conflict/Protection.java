package dev.docmirror.conflict;

/** What keeps a mirrored version from being replaced like any other. */
public enum Protection {
    /** Nothing: a newer version takes its place. */
    NONE,
    /** It is signed. Each later change is a {@link Conflict}, even a plain edit. */
    SIGNED,
    /** It is locked. Each later change is a {@link Conflict}, even a plain edit. */
    LOCKED
}
