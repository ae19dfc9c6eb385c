package dev.docmirror.campaign;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Mirrors under faults. Devices write, hosts enqueue, two worker processes mirror and push, and all that can be killed, cut,
 * frozen or lost is, one by one and together, by a seed; then everything heals, and each invariant is checked. A process
 * of its own: {@code mvn -q -Pcampaign -Dseed=1 -Dminutes=10}. Its exit code is 0, {@value #VIOLATED} after a violation,
 * {@value #INCOMPLETE} if the time was over before the kills that were asked for, or {@value #BROKEN_OFF} if the campaign
 * itself could not go on.
 */
final class Campaign {
    private static final Duration HEALED = Duration.ofSeconds(90);
    private static final int VIOLATED = 1;
    private static final int INCOMPLETE = 2;
    private static final int BROKEN_OFF = 3;

    private final CampaignSettings settings;
    private final Servers servers;
    private final PrintStream out;
    private final SplittableRandom random;
    private final long began = System.nanoTime();
    private final Tally tally = new Tally();
    private final Deque<Weather> forecast = new ArrayDeque<>();
    private final List<String> violations = new ArrayList<>();

    Campaign(CampaignSettings settings, Servers servers, PrintStream out) {
        this.settings = settings;
        this.servers = servers;
        this.out = out;
        this.random = new SplittableRandom(settings.seed());
    }

    public static void main(String[] arguments) {
        CampaignSettings settings = CampaignSettings.read();
        int code = BROKEN_OFF;
        try (Servers servers = Servers.start()) {
            Campaign campaign = new Campaign(settings, servers, System.out);
            boolean violated = !campaign.run().isEmpty();
            code = violated ? VIOLATED : campaign.missing().isEmpty() ? 0 : INCOMPLETE;
        } catch (Exception | AssertionError e) {
            e.printStackTrace(System.out);
        }
        System.exit(code);
    }

    /** Until it is long enough, or a violation is found; gives the violations. */
    List<String> run() throws Exception {
        settings.check(servers);
        out.println(settings + ", on " + servers.couch().describe() + " and "
                + servers.mysql().describe());
        try (SharedClasses classes = SharedClasses.pack()) {
            while (!isOver()) {
                part(classes);
            }
        } finally {
            summary();
        }
        return violations;
    }

    /** What was asked for and did not come in time; of a campaign that goes by the clock alone, nothing. */
    List<String> missing() {
        return settings.isCounted() ? tally.missing(settings, servers) : List.of();
    }

    private void part(SharedClasses classes) throws Exception {
        try (Scene scene = Scene.open(servers, classes, settings.documents(), random.split())) {
            for (int round = 0; round < CampaignSettings.ROUNDS_OF_A_PART && !isOver(); round++) {
                round(scene);
            }
            tally.part(
                    scene.crew().deaths(),
                    scene.toCouch().lost() + scene.toMySql().lost());
        }
    }

    private boolean isOver() {
        return !violations.isEmpty()
                || elapsed().compareTo(settings.limit()) > 0
                || (settings.isCounted() && missing().isEmpty());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void round(Scene scene) throws Exception {
        long start = System.nanoTime();
        int killedBefore = scene.crew().killed();
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        scene.traffic().resume();
        Weather weather = weather();
        Runnable end = weather.begin(scene);
        for (int i = 0; i < settings.strikes(); i++) {
            Fault fault = Fault.any(servers, random);
            fault.strike(scene);
            struck.merge(fault, 1, Integer::sum);
            scene.operate();
            if (i == settings.strikes() / 4) {
                end.run();
            }
        }
        violations.addAll(heal(scene));
        violations.addAll(scene.crew().violations());
        tally.round(weather, struck, scene.crew().killed() - killedBefore);
        out.printf(
                "round %d, %.1f s: %s in %s, %d documents; after %d s %d violations, killed %s%n",
                tally.rounds(),
                (System.nanoTime() - start) / 1e9,
                struck,
                weather,
                scene.herd().members().size(),
                elapsed().toSeconds(),
                violations.size(),
                tally.progress(settings));
        violations.forEach(violation -> out.println("VIOLATION (seed " + settings.seed() + "): " + violation));
    }

    /** Each kind that is possible, before any comes again. */
    private Weather weather() {
        if (forecast.isEmpty()) {
            List<Weather> possible = new ArrayList<>(Arrays.stream(Weather.values())
                    .filter(weather -> weather.isPossible(servers))
                    .toList());
            while (!possible.isEmpty()) {
                forecast.add(possible.remove(random.nextInt(possible.size())));
            }
        }
        return forecast.remove();
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
                "%d rounds in %d s, seed %d: %d violations%n%s%n",
                tally.rounds(), elapsed().toSeconds(), settings.seed(), violations.size(), tally);
        missing().forEach(what -> out.println("not reached in time: " + what));
    }
}
