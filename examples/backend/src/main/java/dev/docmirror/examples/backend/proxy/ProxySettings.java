package dev.docmirror.examples.backend.proxy;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What devices may do.
 *
 * @param ownerField the top-level field of a document that names its user
 * @param maxRequest a request's body
 * @param maxDocuments documents, revisions or keys in a request
 * @param maxFeeds requests that wait for changes, each of which holds a thread
 * @param maxFeedsPerUser such requests of one user
 * @param longestWait of a request that waits for changes
 * @param heartbeat how often such a request is sent an empty line, at most
 */
@ConfigurationProperties("clinic.proxy")
public record ProxySettings(
        @DefaultValue("owner") String ownerField,
        @DefaultValue("8MB") DataSize maxRequest,
        @DefaultValue("1000") int maxDocuments,
        @DefaultValue("100") int maxFeeds,
        @DefaultValue("5") int maxFeedsPerUser,
        @DefaultValue("60s") Duration longestWait,
        @DefaultValue("10s") Duration heartbeat) {}
