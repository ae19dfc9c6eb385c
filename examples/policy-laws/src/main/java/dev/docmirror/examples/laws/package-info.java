/** A conflict policy of a clinic's own: of competing triage forms the more urgent one wins. */
@NullMarked
package dev.docmirror.examples.laws;

import org.jspecify.annotations.NullMarked;
