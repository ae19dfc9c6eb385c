package dev.docmirror.examples.backend.sync;

import javax.sql.DataSource;

import dev.docmirror.cycle.PullEvents;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.examples.backend.SyncSettings;
import dev.docmirror.mysql.MySqlIdentityLinks;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who is who, and when the cycle runs. */
@Configuration(proxyBeanMethods = false)
class SyncConfiguration {
    @Bean
    MySqlIdentityLinks identities(DataSource database) {
        return MySqlIdentityLinks.of(database);
    }

    /** Hears for the cycle what the worker mirrors. */
    @Bean
    PullEvents pulled() {
        return new PullEvents();
    }

    /** What waits in the queue goes out by itself, once the application is up. */
    @Bean
    ApplicationRunner schedule(SyncCycle cycle, SyncSettings settings) {
        return arguments -> {
            if (!settings.cycle().isZero()) {
                cycle.every(settings.cycle());
            }
        };
    }
}
