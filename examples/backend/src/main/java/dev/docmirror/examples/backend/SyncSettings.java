package dev.docmirror.examples.backend;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the backend syncs.
 *
 * @param cycle pause between cycles that push what waits in the queue; zero for none but those that are asked for
 * @param patience how long a cycle waits for the mirror
 */
@ConfigurationProperties("clinic.sync")
public record SyncSettings(
        @DefaultValue("30s") Duration cycle,
        @DefaultValue("30s") Duration patience) {}
