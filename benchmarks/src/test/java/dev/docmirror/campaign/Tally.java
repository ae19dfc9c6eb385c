package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What has struck so far in a campaign, and what is yet to come. Confined to one thread. */
final class Tally {
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final Map<Weather, Integer> weathers = new EnumMap<>(Weather.class);
    private final Map<String, Integer> deaths = new TreeMap<>();
    private int killed;
    private int answersLost;
    private int rounds;

    void round(Weather weather, Map<Fault, Integer> struck, int workersKilled) {
        struck.forEach((fault, count) -> faults.merge(fault, count, Integer::sum));
        weathers.merge(weather, 1, Integer::sum);
        killed += workersKilled;
        rounds++;
    }

    void part(Map<String, Integer> how, int lost) {
        how.forEach((point, count) -> deaths.merge(point, count, Integer::sum));
        answersLost += lost;
    }

    int rounds() {
        return rounds;
    }

    /** The counts beside those that are asked for. */
    String progress(CampaignSettings settings) {
        return of("workers", killed, settings.kills())
                + of(", MySQL", count(Fault.KILL_MYSQL), settings.mysqlKills())
                + of(", document server", count(Fault.KILL_DOCUMENT_SERVER), settings.couchKills());
    }

    private static String of(String what, int count, int asked) {
        return what + " " + count + (asked > 0 ? " of " + asked : "");
    }

    private int count(Fault fault) {
        return faults.getOrDefault(fault, 0);
    }

    /** Which counts are not reached yet, and what has not struck of all that can here. */
    List<String> missing(CampaignSettings settings, Servers servers) {
        List<String> missing = new ArrayList<>();
        if (killed < settings.kills()
                || count(Fault.KILL_MYSQL) < settings.mysqlKills()
                || count(Fault.KILL_DOCUMENT_SERVER) < settings.couchKills()) {
            missing.add("kills: " + progress(settings));
        }
        Arrays.stream(Fault.values())
                .filter(fault -> fault.isPossible(servers) && !faults.containsKey(fault))
                .forEach(fault -> missing.add(fault + ": never"));
        Arrays.stream(Weather.values())
                .filter(weather -> weather.isPossible(servers) && !weathers.containsKey(weather))
                .forEach(weather -> missing.add(weather + ": never"));
        return missing;
    }

    @Override
    public String toString() {
        return "kills:  " + killed + " of workers, " + count(Fault.KILL_MYSQL) + " of MySQL, "
                + count(Fault.KILL_DOCUMENT_SERVER) + " of the document server\n"
                + "faults: " + text(faults) + "\n"
                + "while:  " + text(weathers) + "; answers lost " + answersLost + "\n"
                + "deaths: " + text(deaths);
    }

    private static String text(Map<?, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
