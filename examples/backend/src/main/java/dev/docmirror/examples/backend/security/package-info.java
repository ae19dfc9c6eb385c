/** Who may do what: users, bearer tokens, roles. */
@NullMarked
package dev.docmirror.examples.backend.security;

import org.jspecify.annotations.NullMarked;
