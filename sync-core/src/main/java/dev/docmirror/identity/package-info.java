/**
 * Who is who across systems. {@link dev.docmirror.identity.IdentityLinks} knows under which ids several systems know one
 * person or thing; a mapping asks it, a batch at a time, for the {@link dev.docmirror.identity.IdentityId} to write into
 * a row.
 */
@NullMarked
package dev.docmirror.identity;

import org.jspecify.annotations.NullMarked;
