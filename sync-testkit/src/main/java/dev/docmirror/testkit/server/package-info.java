/**
 * CouchDB and MySQL servers for tests and examples. {@link dev.docmirror.testkit.server.CouchDbServer} and
 * {@link dev.docmirror.testkit.server.MySqlServer} find a server in this order, and say which they took: the address in
 * {@code DOCMIRROR_COUCHDB_URL} or {@code DOCMIRROR_MYSQL_URL}; a container, when a Docker engine answers; a local
 * process with its data in a temporary folder. What they started themselves can be killed, paused and restarted, and
 * ends with the JVM, even with a killed one.
 */
@NullMarked
package dev.docmirror.testkit.server;

import org.jspecify.annotations.NullMarked;
