package dev.docmirror.checkpoint;

import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;

/**
 * Every change up to a position of a source is in the mirror.
 *
 * @param position where to resume
 * @param source the database the position belongs to
 */
public record Checkpoint(Position position, SourceIdentity source) {}
