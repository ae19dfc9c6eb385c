/**
 * Policies that decide between competing versions of a document, made by
 * {@link dev.docmirror.policies.ConflictPolicies}. Each is the choice of the greatest version under a strict total
 * order, so that neither the order in which versions arrive nor their repetition changes the result.
 */
@NullMarked
package dev.docmirror.policies;

import org.jspecify.annotations.NullMarked;
