/** docmirror on CouchDB: the change source, the document target, the setup of a database, and checkpoints kept in one. */
module dev.docmirror.couchdb {
    requires transitive dev.docmirror;
    requires tools.jackson.databind;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.slf4j;

    exports dev.docmirror.couchdb;
}
