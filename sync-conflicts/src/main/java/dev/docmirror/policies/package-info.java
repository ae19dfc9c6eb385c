/**
 * Policies that decide between competing versions of a document, made by
 * {@link dev.docmirror.policies.ConflictPolicies}. Each is the choice of the greatest version under a strict total order,
 * a guard that keeps what must not change, or a merge of the full set of leaves, so that neither the order in which
 * versions arrive nor their repetition changes the result. {@link dev.docmirror.policies.CanonicalJson} and
 * {@link dev.docmirror.policies.SignatureVerifier} say what a signature covers and whether it is valid.
 */
@NullMarked
package dev.docmirror.policies;

import org.jspecify.annotations.NullMarked;
