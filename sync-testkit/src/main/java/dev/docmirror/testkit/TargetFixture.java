package dev.docmirror.testkit;

import dev.docmirror.queue.DocumentTarget;

/** A database of its own for one test that is written to through a target. */
public interface TargetFixture extends SourceFixture {

    /** The target under test; the same one at each call. */
    DocumentTarget target();
}
