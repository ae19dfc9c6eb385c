/** A worker process assembled from the parts: command line, configuration, signals, exit codes. */
@NullMarked
package dev.docmirror.examples.worker;

import org.jspecify.annotations.NullMarked;
