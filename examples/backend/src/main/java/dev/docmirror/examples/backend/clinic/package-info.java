/** The clinic's own domain: patients, sessions, forms, intakes and notes, in tables of its own. */
@NullMarked
package dev.docmirror.examples.backend.clinic;

import org.jspecify.annotations.NullMarked;
