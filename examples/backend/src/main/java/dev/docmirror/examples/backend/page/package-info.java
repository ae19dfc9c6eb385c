/** What the page shows and does: the sync's state, live events, conflicts, dead letters and devices. */
@NullMarked
package dev.docmirror.examples.backend.page;

import org.jspecify.annotations.NullMarked;
