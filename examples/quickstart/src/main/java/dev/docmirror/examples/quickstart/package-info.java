/**
 * The main job in one command: 20,000 clinical documents from CouchDB into MySQL, with conflicts, poison and live
 * edits.
 */
@NullMarked
package dev.docmirror.examples.quickstart;

import org.jspecify.annotations.NullMarked;
