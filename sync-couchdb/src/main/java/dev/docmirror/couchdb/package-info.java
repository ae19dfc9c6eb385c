/**
 * CouchDB 3.x as the source of a mirror. {@link dev.docmirror.couchdb.CouchDbChangeSource} follows a database's
 * {@code _changes}, {@link dev.docmirror.couchdb.CouchDbSetup} makes a database ready, and
 * {@link dev.docmirror.couchdb.CouchDbCheckpointStore} keeps checkpoints in {@code _local} documents. All three speak
 * HTTP the same way: credentials never leave the request, redirects are refused, certificates are checked, and each
 * request has a deadline for its whole answer.
 */
@NullMarked
package dev.docmirror.couchdb;

import org.jspecify.annotations.NullMarked;
