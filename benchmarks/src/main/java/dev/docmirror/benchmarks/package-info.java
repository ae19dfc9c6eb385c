/** Micro-benchmarks of the parts that every document passes, and what the queue costs and carries. */
@NullMarked
package dev.docmirror.benchmarks;

import org.jspecify.annotations.NullMarked;
