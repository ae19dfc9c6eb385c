/** Micro-benchmarks of the parts that every document passes. */
@NullMarked
package dev.docmirror.benchmarks;

import org.jspecify.annotations.NullMarked;
