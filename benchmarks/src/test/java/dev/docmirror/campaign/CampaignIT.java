package dev.docmirror.campaign;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A short campaign: every fault at least once, and a hundred kills of workers at random moments and at named points. */
class CampaignIT {
    private static final int WORKERS = 100;
    private static final int SERVERS = 5;
    private static final int DOCUMENTS = 250;
    private static final int STRIKES = 18;

    /** Never reached where a machine has any time left for this. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @Test
    void mirror_underFaultsOfEveryKind_keepsAllInvariants() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        CampaignSettings settings = new CampaignSettings(seed, LIMIT, WORKERS, SERVERS, SERVERS, DOCUMENTS, STRIKES);
        try (Servers servers = Servers.start()) {
            CampaignSettings possible = settings.killingOnlyOurs(servers);
            Campaign campaign = new Campaign(possible, servers, System.out);
            assertThat(campaign.run()).as("seed %d", seed).isEmpty();
            assertThat(campaign.missing())
                    .as("what did not strike in %d minutes, seed %d", LIMIT.toMinutes(), seed)
                    .isEmpty();
        }
    }
}
