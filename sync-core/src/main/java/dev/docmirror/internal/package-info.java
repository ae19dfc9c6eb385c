/** The engine behind the worker. Nothing here is promised to stay. */
@NullMarked
package dev.docmirror.internal;

import org.jspecify.annotations.NullMarked;
