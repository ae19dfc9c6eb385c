/**
 * CouchDB for devices, at {@code /db}: the requests with which a PouchDB replicates in both directions, for the caller's own
 * documents only. What a device writes is checked by JSON Schema and audited; CouchDB's credentials stay in this process.
 */
@NullMarked
package dev.docmirror.examples.backend.proxy;

import org.jspecify.annotations.NullMarked;
