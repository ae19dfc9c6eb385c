package dev.docmirror.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * How long a campaign goes on, from system properties; a blank one counts as none. Where kills are asked for, it ends when
 * so many are reached and each kind of fault has struck, and is incomplete if its time is over before; else it goes on
 * until its time is over.
 *
 * @param seed {@code campaign.seed}, random without it: of the faults, what they strike and when, and what the devices
 *     write. Two runs with one seed still differ by the threads' own times
 * @param limit {@code campaign.minutes}; without it 10, or a day where kills are asked for
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

    private static final long MINUTES_BY_THE_CLOCK = 10;
    private static final long MINUTES_BY_COUNT = Duration.ofDays(1).toMinutes();

    static CampaignSettings read() {
        // Maven hands settings on that nobody made; blank, they would hide the environment's.
        for (String server : List.of("docmirror.couchdb.url", "docmirror.couchdb.command", "docmirror.mysql.url")) {
            if (System.getProperty(server, "").isBlank()) {
                System.clearProperty(server);
            }
        }
        int kills = (int) number("kills", 0);
        int mysqlKills = (int) number("mysqlKills", 0);
        int couchKills = (int) number("couchdbKills", 0);
        boolean counted = kills + mysqlKills + couchKills > 0;
        return new CampaignSettings(
                number("seed", new Random().nextLong()),
                Duration.ofMinutes(number("minutes", counted ? MINUTES_BY_COUNT : MINUTES_BY_THE_CLOCK)),
                kills,
                mysqlKills,
                couchKills,
                (int) number("documents", 400),
                (int) number("strikes", 12));
    }

    private static long number(String name, long otherwise) {
        String text = System.getProperty("campaign." + name, "").strip();
        return text.isEmpty() ? otherwise : Long.parseLong(text.replace("_", ""));
    }

    /** Whether kills are asked for. */
    boolean isCounted() {
        return kills > 0 || mysqlKills > 0 || couchKills > 0;
    }

    /** Asks for no kills of a server that isn't ours to kill. */
    CampaignSettings killingOnlyOurs(Servers servers) {
        return new CampaignSettings(
                seed,
                limit,
                kills,
                servers.mysql().ownsProcess() ? mysqlKills : 0,
                servers.couch().ownsProcess() ? couchKills : 0,
                documents,
                strikes);
    }

    /** @throws IllegalArgumentException if kills are asked for of a server that isn't ours to kill */
    void check(Servers servers) {
        if (mysqlKills > 0 && !servers.mysql().ownsProcess()) {
            throw new IllegalArgumentException("campaign.mysqlKills: not ours to kill is "
                    + servers.mysql().describe());
        }
        if (couchKills > 0 && !servers.couch().ownsProcess()) {
            throw new IllegalArgumentException("campaign.couchdbKills: not ours to kill is "
                    + servers.couch().describe());
        }
    }

    @Override
    public String toString() {
        return "campaign.seed=" + seed + " campaign.minutes=" + limit.toSeconds() / 60.0 + " campaign.kills=" + kills
                + " campaign.mysqlKills=" + mysqlKills + " campaign.couchdbKills=" + couchKills
                + " campaign.documents=" + documents + " campaign.strikes=" + strikes;
    }
}
