package dev.docmirror.campaign;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Mirrors under faults. Devices write, hosts enqueue, two worker processes mirror and push, and all that can be killed, cut,
 * frozen or lost is, one by one and together, by a seed; then everything heals, and each invariant is checked. A process
 * of its own: {@code mvn -q -Pcampaign -Dseed=1 -Dminutes=10}.
 */
final class Campaign {
    private static final Duration HEALED = Duration.ofSeconds(90);

    private final CampaignSettings settings;
    private final Servers servers;
    private final PrintStream out;
    private final SplittableRandom random;
    private final long began = System.nanoTime();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final Map<Weather, Integer> weathers = new EnumMap<>(Weather.class);
    private final Map<String, Integer> deaths = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private int answersLost;
    private int killed;
    private int rounds;

    Campaign(CampaignSettings settings, Servers servers, PrintStream out) {
        this.settings = settings;
        this.servers = servers;
        this.out = out;
        this.random = new SplittableRandom(settings.seed());
    }

    public static void main(String[] arguments) throws Exception {
        CampaignSettings settings = CampaignSettings.read();
        List<String> violations;
        try (Servers servers = Servers.start()) {
            violations = new Campaign(settings, servers, System.out).run();
        }
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    /** Until it is long enough, or a violation is found; gives the violations. */
    List<String> run() throws Exception {
        out.println(settings + ", on " + servers.couch().describe() + " and "
                + servers.mysql().describe());
        if (Power.of(servers.couch()).isEmpty()) {
            out.println("The document server is not ours to kill: its kills are left out. campaign.couchdb.stop and"
                    + " campaign.couchdb.start are the commands for it.");
        }
        try (SharedClasses classes = SharedClasses.pack()) {
            while (!isLongEnough()) {
                part(classes);
            }
        }
        summary();
        return violations;
    }

    private void part(SharedClasses classes) throws Exception {
        try (Scene scene = Scene.open(servers, classes, settings.documents(), random.split())) {
            for (int round = 0; round < CampaignSettings.ROUNDS_OF_A_PART && !isLongEnough(); round++) {
                round(scene);
            }
            scene.crew().deaths().forEach((how, count) -> deaths.merge(how, count, Integer::sum));
            answersLost += scene.toCouch().lost() + scene.toMySql().lost();
        }
    }

    private boolean isLongEnough() {
        return !violations.isEmpty()
                || System.nanoTime() - began > settings.limit().toNanos()
                || (killed >= settings.kills()
                        && count(Fault.KILL_MYSQL) >= settings.mysqlKills()
                        && count(Fault.KILL_DOCUMENT_SERVER) >= settings.couchKills());
    }

    private int count(Fault fault) {
        return faults.getOrDefault(fault, 0);
    }

    private void round(Scene scene) throws Exception {
        long start = System.nanoTime();
        int killedBefore = scene.crew().killed();
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        scene.traffic().resume();
        Weather weather = weather(scene);
        Runnable end = weather.begin(scene);
        for (int i = 0; i < settings.strikes(); i++) {
            Fault fault = Fault.any(scene, random);
            fault.strike(scene);
            struck.merge(fault, 1, Integer::sum);
            scene.operate();
            if (i == settings.strikes() / 4) {
                end.run();
            }
        }
        violations.addAll(heal(scene));
        violations.addAll(scene.crew().violations());
        struck.forEach((fault, count) -> faults.merge(fault, count, Integer::sum));
        weathers.merge(weather, 1, Integer::sum);
        killed += scene.crew().killed() - killedBefore;
        rounds++;
        out.printf(
                "round %d, seed %d: %s in %s, %.1f s, %d workers killed so far, %d documents, %d violations%n",
                rounds,
                settings.seed(),
                struck,
                weather,
                (System.nanoTime() - start) / 1e9,
                killed,
                scene.herd().members().size(),
                violations.size());
        violations.forEach(out::println);
    }

    private Weather weather(Scene scene) {
        List<Weather> possible = Arrays.stream(Weather.values())
                .filter(weather -> weather.isPossible(scene))
                .toList();
        return possible.get(random.nextInt(possible.size()));
    }

    /** Lets all faults end, and checks what must hold then. */
    private static List<String> heal(Scene scene) throws Exception {
        scene.traffic().rest();
        scene.crew().trap(false);
        scene.crew().killAll();
        List<String> found = new ArrayList<>(Invariants.checkpointIsNotAhead(scene));
        found.addAll(Invariants.noHalfDocuments(scene));
        scene.crew().fill();
        try {
            Await.until("the mirror is caught up", HEALED, () -> {
                Await.pass(Duration.ofMillis(100));
                scene.crew().tend();
                return Invariants.isCaughtUp(scene);
            });
        } catch (AssertionError e) {
            found.add("I9: " + e.getMessage());
        }
        found.addAll(new Invariants(scene).afterHealing());
        scene.herd().wake();
        scene.crew().trap(true);
        return found;
    }

    private void summary() {
        out.printf(
                "%d rounds in %d s, seed %d: %d violations%n",
                rounds, Duration.ofNanos(System.nanoTime() - began).toSeconds(), settings.seed(), violations.size());
        out.println("faults: " + faults);
        out.println("while: " + weathers + ", answers lost: " + answersLost);
        out.println("workers killed: "
                + deaths.values().stream().mapToInt(Integer::intValue).sum() + " " + deaths);
    }
}
