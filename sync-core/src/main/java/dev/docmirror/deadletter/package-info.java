/**
 * Documents that could not be mirrored, each alone and with its reason: {@link dev.docmirror.deadletter.DeadLetter}.
 */
@NullMarked
package dev.docmirror.deadletter;

import org.jspecify.annotations.NullMarked;
