package dev.docmirror.campaign;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A short campaign: a hundred kills, of workers at random moments and at named points, and of both servers. */
class CampaignIT {
    private static final int WORKERS = 88;
    private static final int SERVERS = 6;

    @Test
    void mirror_underFaultsOfEveryKind_keepsAllInvariants() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        CampaignSettings settings =
                new CampaignSettings(seed, Duration.ofMinutes(6), WORKERS, SERVERS, SERVERS, 250, 20);
        try (Servers servers = Servers.start()) {
            assertThat(new Campaign(settings, servers, System.out).run())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }
}
