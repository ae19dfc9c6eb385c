package dev.docmirror.campaign;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker processes on one stream: one mirrors, the other one stands by. Whoever is killed is replaced at once. What they
 * printed is searched for secrets when they end. Confined to one thread.
 */
final class Crew implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Crew.class);

    static final Duration LEASE = Duration.ofMillis(500);

    private static final int SIZE = 2;

    /** Nothing is encrypted here, and reading the JDK's certificates is a tenth of a start. */
    private static final List<String> JVM =
            List.of("-Xmx96m", "-Xss512k", "-Xshare:auto", "-Djavax.net.ssl.trustStore=NONE");

    /** For what a busy machine makes slow; nothing is measured by it. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** A worker that is told to end does so in 10 s; a busy machine gets as much on top. */
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private static final Duration A_TURN = Duration.ofMillis(2_500);
    private static final int TERMINATED = 143;
    private static final int MOST_PASSES = 3;

    private final Site site;
    private final Site.Mirror mirror;
    private final URI database;
    private final String jdbcUrl;
    private final SharedClasses classes;
    private final SplittableRandom random;
    private final List<Member> members = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Integer> deaths = new TreeMap<>();
    private Optional<WorkerProcess> frozen = Optional.empty();
    private int started;
    private boolean trapped;

    private record Member(String name, String diesAt, WorkerProcess process) {}

    /**
     * @param database of the documents, as the workers reach it
     * @param jdbcUrl of the mirror, as the workers reach it
     */
    Crew(Site site, Site.Mirror mirror, URI database, String jdbcUrl, SharedClasses classes, SplittableRandom random) {
        this.site = site;
        this.mirror = mirror;
        this.database = database;
        this.jdbcUrl = jdbcUrl;
        this.classes = classes;
        this.random = random;
    }

    /** Starts whoever is missing, some of them with a point at which they will die. */
    void fill() throws IOException {
        while (members.size() < SIZE) {
            boolean doomed = trapped && random.nextInt(3) == 0;
            String point = Deathtrap.POINTS.get(random.nextInt(Deathtrap.POINTS.size()));
            members.add(start(doomed ? point + ":" + (1 + random.nextInt(MOST_PASSES)) : ""));
        }
    }

    private Member start(String diesAt) throws IOException {
        String name = "worker-" + ++started + "-";
        Map<String, String> environment = new HashMap<>(WorkerProcess.environment(site, database, jdbcUrl));
        environment.put(CampaignWorkerMain.NAME, name);
        environment.put(CampaignWorkerMain.DIES_AT, diesAt);
        return new Member(name, diesAt, process(environment));
    }

    private WorkerProcess process(Map<String, String> environment, String... arguments) throws IOException {
        List<String> jvm = new ArrayList<>(JVM);
        if (classes.isRecorded()) {
            jvm.addAll(classes.jvm());
        }
        return WorkerProcess.start(CampaignWorkerMain.class, environment, classes.classPath(), jvm, arguments);
    }

    /** Has one process work for a while and end, so that those after it start sooner. */
    void record() throws Exception {
        if (!classes.isRecorded()) {
            Map<String, String> environment = new HashMap<>(WorkerProcess.environment(site, database, jdbcUrl));
            environment.put(CampaignWorkerMain.NAME, "recorder");
            List<String> jvm = new ArrayList<>(JVM);
            jvm.addAll(classes.jvm());
            try (WorkerProcess recorder =
                    WorkerProcess.start(CampaignWorkerMain.class, environment, classes.classPath(), jvm)) {
                Await.until("a worker mirrors", PATIENCE, () -> mirror.count("sync_documents") > 0);
                recorder.terminate();
                recorder.waitFor(PATIENCE);
            }
        }
    }

    /** Makes the tables in processes that are killed at random moments, so many, and then in one that is not. */
    void setUpUnderKills(int kills) throws Exception {
        for (int i = 0; i < kills; i++) {
            if (setUp(Duration.ofMillis(600 + random.nextInt(1_200))).isEmpty()) {
                deaths.merge("SIGKILL in the set-up", 1, Integer::sum);
            }
        }
        // On a busy machine it may find MySQL too slow, say so, and be done again, as a host would.
        Await.until("the tables are made", PATIENCE, () -> setUp(PATIENCE).equals(OptionalInt.of(0)));
    }

    /** How it ended, unless it was killed after that time. */
    private OptionalInt setUp(Duration longest) throws Exception {
        try (WorkerProcess process = process(WorkerProcess.environment(site, database, jdbcUrl), "--setup")) {
            OptionalInt code = process.waitFor(longest);
            if (code.orElse(0) != 0) {
                log.warn("the set-up ended with {}: {}", code.getAsInt(), lastLines(process.output()));
            }
            return code;
        }
    }

    /** Kills the one that mirrors, or mostly so, at a random moment of its turn. */
    void kill(Duration longest) throws Exception {
        Member victim = random.nextInt(10) == 0 ? members.get(random.nextInt(members.size())) : leader();
        // One that is to die at a point gets the time to come to it.
        Duration turn = victim.diesAt().isEmpty()
                ? Duration.ofNanos(random.nextLong(longest.toNanos()))
                : longest.multipliedBy(2);
        victim.process().waitFor(turn);
        end(victim);
        fill();
    }

    void killAll() throws Exception {
        for (Member member : List.copyOf(members)) {
            end(member);
        }
    }

    /** Whether those that start from now on may die at a point. */
    void trap(boolean some) {
        trapped = some;
    }

    /** Has one end in order; not a frozen one, which hears of it when it goes on. */
    void terminate() throws Exception {
        List<Member> awake = members.stream()
                .filter(member -> !frozen.equals(Optional.of(member.process())))
                .toList();
        Member chosen = awake.get(random.nextInt(awake.size()));
        chosen.process().terminate();
        OptionalInt code = chosen.process().waitFor(FAREWELL);
        if (code.isEmpty() || code.getAsInt() != TERMINATED) {
            violations.add("a worker told to end: " + code + " after " + FAREWELL);
        }
        members.remove(chosen);
        close(chosen);
        fill();
    }

    /** Freezes the one that mirrors and gives what lets it go on, as a zombie. */
    Runnable freeze() throws Exception {
        WorkerProcess leader = leader().process();
        leader.pause();
        frozen = Optional.of(leader);
        return () -> {
            frozen = Optional.empty();
            try {
                if (leader.isAlive()) {
                    leader.resume();
                }
            } catch (IOException e) {
                throw new AssertionError("cannot continue a worker", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Who holds the lease; after a while anybody, for instance while MySQL is away. */
    private Member leader() throws Exception {
        long deadline = System.nanoTime() + A_TURN.toNanos();
        while (System.nanoTime() - deadline < 0) {
            tend();
            Optional<Member> found = holder();
            if (found.isPresent()) {
                return found.get();
            }
            Await.pass(Duration.ofMillis(20));
        }
        return members.get(0);
    }

    private Optional<Member> holder() {
        try {
            String owner = mirror.query("SELECT COALESCE(MAX(lease_owner), '') FROM sync_streams"
                            + " WHERE lease_expires_at > UTC_TIMESTAMP(6)")
                    .get(0)
                    .get(0);
            return members.stream()
                    .filter(member -> owner.startsWith(member.name()))
                    .findFirst();
        } catch (AssertionError e) {
            return Optional.empty(); // MySQL is away
        }
    }

    /** Kills a member, unless it died at its point; one that has ended in another way is a violation. */
    private void end(Member member) throws Exception {
        members.remove(member);
        OptionalInt code = member.process().waitFor(Duration.ZERO);
        if (code.isEmpty()) {
            member.process().kill();
            deaths.merge("SIGKILL", 1, Integer::sum);
        } else if (code.getAsInt() == Deathtrap.KILLED && !member.diesAt().isEmpty()) {
            deaths.merge(member.diesAt().replaceFirst(":.*", ""), 1, Integer::sum);
        } else {
            violations.add(member.name() + " ended by itself with code " + code.getAsInt() + ": "
                    + lastLines(member.process().output()));
        }
        close(member);
    }

    private void close(Member member) throws Exception {
        String output = member.process().output();
        if (output.contains(Herd.CANARY) || output.contains(site.mysql().password() + "@")) {
            violations.add("I8: the log of " + member.name() + " holds a secret");
        }
        member.process().close();
    }

    private static String lastLines(String output) {
        List<String> lines = output.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }

    /** What was wrong with the processes themselves, since it was last asked. */
    List<String> violations() {
        List<String> found = List.copyOf(violations);
        violations.clear();
        return found;
    }

    /** Replaces those that have ended meanwhile. */
    void tend() throws Exception {
        for (Member member : List.copyOf(members)) {
            if (!member.process().isAlive()) {
                end(member);
            }
        }
        fill();
    }

    /** How many were killed, by how: at which point, or by a signal. */
    Map<String, Integer> deaths() {
        return deaths;
    }

    int killed() {
        return deaths.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public void close() throws Exception {
        killAll();
    }
}
