package dev.docmirror.campaign;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A short campaign: a hundred kills, of workers at random moments and at named points, and of both servers; fewer on a
 * machine that is not through with them in time.
 */
class CampaignIT {
    private static final int WORKERS = 84;
    private static final int SERVERS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(140);

    @Test
    void mirror_underFaultsOfEveryKind_keepsAllInvariants() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        CampaignSettings settings = new CampaignSettings(seed, LIMIT, WORKERS, SERVERS, SERVERS, 250, 14);
        try (Servers servers = Servers.start()) {
            assertThat(new Campaign(settings, servers, System.out).run())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }
}
