/** The sync's endpoints for clients: cycles, queued operations, and where a patient's data is. */
@NullMarked
package dev.docmirror.examples.backend.sync;

import org.jspecify.annotations.NullMarked;
