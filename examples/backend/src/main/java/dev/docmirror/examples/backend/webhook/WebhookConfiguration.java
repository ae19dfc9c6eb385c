package dev.docmirror.examples.backend.webhook;

import java.time.Clock;
import javax.sql.DataSource;

import dev.docmirror.SyncWorker;
import dev.docmirror.monitor.SyncMetrics;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.mysql.MySqlWebhookInbox;
import dev.docmirror.webhook.WebhookChangeSource;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts that take webhooks in, and the worker that mirrors them. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
    static final String STREAM = "webhooks";

    @Bean
    WebhookGate webhookGate(WebhookSettings settings) {
        return new WebhookGate(settings, Clock.systemUTC());
    }

    /** @param sink comes first: it makes docmirror's own tables */
    @Bean
    MySqlWebhookInbox webhookInbox(DataSource database, MySqlMirrorSink sink) {
        new ResourceDatabasePopulator(new ClassPathResource("db/webhook.sql")).execute(database);
        return MySqlWebhookInbox.of(database, STREAM);
    }

    @Bean
    Deliveries deliveries(MySqlWebhookInbox inbox, DataSource database, PlatformTransactionManager transactions) {
        return new Deliveries(inbox, new JdbcTemplate(database), new TransactionTemplate(transactions));
    }

    /** @param mirror comes first: it makes the tables */
    @Bean
    PushedRecords pushedRecords(JdbcClient database, @Qualifier("webhookWorker") SyncWorker mirror) {
        return new PushedRecords(database);
    }

    @Bean
    WebhookHousekeeping webhookHousekeeping(
            WebhookSettings settings, Deliveries deliveries, MySqlWebhookInbox inbox, DataSource database) {
        return new WebhookHousekeeping(
                settings, deliveries, WebhookChangeSource.of(inbox), MySqlCheckpointStore.of(database));
    }

    @Bean
    MeterBinder webhookMetrics(@Qualifier("webhookWorker") SyncWorker mirror) {
        return new SyncMetrics(mirror.stream(), mirror::statistics, WebhookTables.names());
    }

    /** Not the worker that is meant where one is asked for. */
    @Bean(initMethod = "start", defaultCandidate = false)
    SyncWorker webhookWorker(MySqlWebhookInbox inbox, MySqlMirrorSink sink, DataSource database) {
        MySqlSchema.createMissing(database, WebhookTables.mapper().tables());
        return SyncWorker.builder(
                        STREAM,
                        WebhookChangeSource.of(inbox),
                        WebhookTables.mapper(),
                        sink,
                        MySqlCheckpointStore.of(database))
                .build();
    }
}
