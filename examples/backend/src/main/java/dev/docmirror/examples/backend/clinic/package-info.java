/** The clinic's own domain: patients, sessions, forms, intakes, notes and encounters, in tables of its own. */
@NullMarked
package dev.docmirror.examples.backend.clinic;

import org.jspecify.annotations.NullMarked;
