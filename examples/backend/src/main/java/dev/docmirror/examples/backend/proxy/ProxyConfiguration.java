package dev.docmirror.examples.backend.proxy;

import javax.sql.DataSource;

import dev.docmirror.examples.backend.CouchDbSettings;
import dev.docmirror.queue.OperationValidator;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts of the proxy for devices. */
@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {
    /** For requests that don't wait for changes. Others have their own, so that they don't take these. */
    private static final int CONNECTIONS = 50;

    @Bean
    CouchDbClient deviceCouchDb(CouchDbSettings couch) {
        return new CouchDbClient(couch, CONNECTIONS);
    }

    @Bean
    DocumentSchemas documentSchemas() {
        return new DocumentSchemas();
    }

    @Bean
    BulkGet bulkGet(CouchDbClient couch, ProxySettings settings) {
        return new BulkGet(couch, settings.ownerField());
    }

    @Bean
    DocumentOwners documentOwners(DataSource database) {
        new ResourceDatabasePopulator(new ClassPathResource("db/proxy.sql")).execute(database);
        return new DocumentOwners(new JdbcTemplate(database));
    }

    @Bean
    Ownership ownership(BulkGet bulkGet, DocumentOwners owners) {
        return new Ownership(bulkGet, owners);
    }

    @Bean
    OwnDocuments ownDocuments(Ownership ownership, DocumentOwners owners) {
        return new OwnDocuments(ownership, owners);
    }

    /** Of what waits in the queue. Whose a document is comes first: a schema tells what is in it. */
    @Bean
    OperationValidator operationRules(OwnDocuments documents, DocumentSchemas schemas) {
        OperationValidator rules = documents::refusal;
        return rules.andThen(schemas::refusal);
    }

    @Bean
    DeviceReads deviceReads(CouchDbClient couch, Ownership ownership, BulkGet bulkGet, ProxySettings settings) {
        return new DeviceReads(couch, ownership, bulkGet, settings.ownerField());
    }

    @Bean
    DeviceWrites deviceWrites(
            CouchDbClient couch,
            ProxySettings settings,
            DocumentSchemas schemas,
            Ownership ownership,
            DocumentOwners owners,
            DataSource database,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        return new DeviceWrites(
                couch,
                new WriteRules(settings.ownerField(), schemas),
                ownership,
                owners,
                new WriteAudit(new JdbcTemplate(database)),
                new TransactionTemplate(transactions),
                meters);
    }

    @Bean
    ChangesFeed changesFeed(CouchDbSettings settings, ProxySettings limits, CouchDbClient couch, Ownership ownership) {
        return new ChangesFeed(couch, new CouchDbClient(settings, limits.maxFeeds()), ownership);
    }

    @Bean
    FeedPlaces feedPlaces(ProxySettings settings) {
        return new FeedPlaces(settings.maxFeeds(), settings.maxFeedsPerUser());
    }

    @Bean
    Checkpoints checkpoints(CouchDbClient couch) {
        return new Checkpoints(couch);
    }

    @Bean
    DeviceRequests deviceRequests(ProxySettings settings) {
        return new DeviceRequests(settings);
    }
}
