/**
 * A backend that embeds docmirror: {@link dev.docmirror.examples.backend.DocmirrorConfiguration} puts its parts together,
 * the packages beside it are what the host has to do with them.
 */
@NullMarked
package dev.docmirror.examples.backend;

import org.jspecify.annotations.NullMarked;
