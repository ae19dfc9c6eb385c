/** Help for tests: contract tests of every SPI, in-memory parts that pass them, and servers. */
module dev.docmirror.testkit {
    requires transitive dev.docmirror;
    requires transitive org.junit.jupiter.api;
    requires transitive net.jqwik.api;
    requires org.assertj.core;
    requires org.slf4j;
    requires java.sql;
    requires com.github.dockerjava.api;
    requires testcontainers;

    exports dev.docmirror.testkit;
    exports dev.docmirror.testkit.server;

    // Test methods are package-private.
    opens dev.docmirror.testkit;
}
