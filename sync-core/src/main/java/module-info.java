/** The SPIs of docmirror, the worker that drives them, events and errors. */
module dev.docmirror {
    requires transitive org.jspecify;
    requires transitive tools.jackson.databind;
    requires org.slf4j;
    requires io.github.resilience4j.core;
    requires io.github.resilience4j.circuitbreaker;
    requires static micrometer.core;
    requires static com.networknt.schema;

    exports dev.docmirror;
    exports dev.docmirror.change;
    exports dev.docmirror.checkpoint;
    exports dev.docmirror.conflict;
    exports dev.docmirror.cycle;
    exports dev.docmirror.deadletter;
    exports dev.docmirror.envelope;
    exports dev.docmirror.error;
    exports dev.docmirror.identity;
    exports dev.docmirror.mapping;
    exports dev.docmirror.mirror;
    exports dev.docmirror.monitor;
    exports dev.docmirror.queue;
    exports dev.docmirror.reconcile;
    exports dev.docmirror.webhook;
}
