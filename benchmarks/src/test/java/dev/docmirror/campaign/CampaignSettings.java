package dev.docmirror.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * How long a campaign goes on, from system properties; a blank one counts as none. It ends when the time is over, or
 * before, when each of the counts that were asked for is reached.
 *
 * @param seed {@code campaign.seed}, random without it: of the faults, what they strike and when, and what the devices
 *     write. Two runs with one seed still differ by the threads' own times
 * @param limit {@code campaign.minutes}, 10 without it
 * @param kills {@code campaign.kills}: of workers
 * @param mysqlKills {@code campaign.mysqlKills}
 * @param couchKills {@code campaign.couchdbKills}
 * @param documents {@code campaign.documents}, 400 without it: in each part of a campaign
 * @param strikes {@code campaign.strikes}, 12 without it: faults between two checks
 */
record CampaignSettings(
        long seed, Duration limit, int kills, int mysqlKills, int couchKills, int documents, int strikes) {
    /** Then a part ends, and the next one begins with an empty mirror. */
    static final int ROUNDS_OF_A_PART = 8;

    static CampaignSettings read() {
        // Maven hands settings on that nobody made; blank, they would hide the environment's.
        for (String server : List.of("docmirror.couchdb.url", "docmirror.mysql.url")) {
            if (System.getProperty(server, "").isBlank()) {
                System.clearProperty(server);
            }
        }
        return new CampaignSettings(
                number("seed", new Random().nextLong()),
                Duration.ofMinutes(number("minutes", 10)),
                (int) number("kills", Integer.MAX_VALUE),
                (int) number("mysqlKills", 0),
                (int) number("couchdbKills", 0),
                (int) number("documents", 400),
                (int) number("strikes", 12));
    }

    private static long number(String name, long otherwise) {
        String text = System.getProperty("campaign." + name, "").strip();
        return text.isEmpty() ? otherwise : Long.parseLong(text.replace("_", ""));
    }

    @Override
    public String toString() {
        return "campaign.seed=" + seed + " campaign.minutes=" + limit.toSeconds() / 60.0 + " campaign.documents="
                + documents + " campaign.strikes=" + strikes;
    }
}
