/** Mirror sink, checkpoint store, archive, dead letters, queue and schema on MySQL and MariaDB. */
module dev.docmirror.mysql {
    requires transitive dev.docmirror;
    requires transitive java.sql;
    requires transitive org.jdbi.v3.core;
    requires org.slf4j;

    exports dev.docmirror.mysql;
}
