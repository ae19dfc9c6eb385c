package dev.docmirror.couchdb;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import dev.docmirror.error.TransientSyncException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExchangeTest {
    private static final HttpHost NOBODY = new HttpHost("127.0.0.1", 9);

    @Test
    void start_abortedBetweenGettingAConnectionAndUsingIt_saysWhy() throws IOException {
        Cancellation cancellation = new Cancellation();
        try (Watchdog watchdog = new Watchdog();
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(new Pool(cancellation::cancel))
                        .build();
                Exchange exchange = new Exchange(
                        HttpCall.get("/clinic"),
                        new HttpUriRequestBase("GET", URI.create("http://127.0.0.1:9/clinic")),
                        watchdog,
                        cancellation)) {
            assertThatThrownBy(() -> exchange.start(client, NOBODY, Duration.ofSeconds(5)))
                    .isInstanceOf(TransientSyncException.class)
                    .hasMessageContaining("closed meanwhile");
        }
    }

    /** Does something in the moment in which a request has got its connection. */
    private static final class Pool extends PoolingHttpClientConnectionManager {
        private final Runnable leased;

        Pool(Runnable leased) {
            this.leased = leased;
        }

        @Override
        public LeaseRequest lease(String id, HttpRoute route, Timeout within, Object state) {
            LeaseRequest lease = super.lease(id, route, within, state);
            return new LeaseRequest() {
                @Override
                public ConnectionEndpoint get(Timeout timeout)
                        throws InterruptedException, ExecutionException, TimeoutException {
                    ConnectionEndpoint endpoint = lease.get(timeout);
                    leased.run();
                    return endpoint;
                }

                @Override
                public boolean cancel() {
                    return lease.cancel();
                }
            };
        }
    }
}
