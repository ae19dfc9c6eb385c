package dev.docmirror.campaign;

import java.time.Duration;
import java.util.SplittableRandom;

/** What strikes in a moment. */
enum Fault {
    KILL_WORKER(100) {
        @Override
        void strike(Scene scene) throws Exception {
            scene.crew().kill(LONGEST_TURN);
        }
    },
    /** Nobody stands by: whoever comes next begins from the start. */
    KILL_ALL_WORKERS(10) {
        @Override
        void strike(Scene scene) throws Exception {
            Await.pass(scene.upTo(LONGEST_TURN));
            scene.crew().killAll();
            scene.crew().fill();
        }
    },
    TERMINATE_WORKER(4) {
        @Override
        void strike(Scene scene) throws Exception {
            scene.crew().terminate();
        }
    },
    KILL_MYSQL(12) {
        @Override
        void strike(Scene scene) throws Exception {
            scene.killMySql(scene.upTo(LONGEST_OUTAGE));
        }

        @Override
        boolean isPossible(Servers servers) {
            return servers.mysql().ownsProcess();
        }
    },
    KILL_DOCUMENT_SERVER(12) {
        @Override
        void strike(Scene scene) throws Exception {
            scene.servers().couch().kill();
            Await.pass(scene.upTo(LONGEST_OUTAGE));
            scene.servers().couch().restart();
        }

        @Override
        boolean isPossible(Servers servers) {
            return servers.couch().ownsProcess();
        }
    },
    KILL_CONNECTIONS(8) {
        @Override
        void strike(Scene scene) {
            scene.killConnections();
        }
    },
    CUT_CONNECTIONS(8) {
        @Override
        void strike(Scene scene) {
            scene.toCouch().cut();
            scene.toMySql().cut();
        }
    };

    private static final Duration LONGEST_TURN = Duration.ofMillis(700);
    private static final Duration LONGEST_OUTAGE = Duration.ofMillis(800);

    private final int weight;

    Fault(int weight) {
        this.weight = weight;
    }

    abstract void strike(Scene scene) throws Exception;

    boolean isPossible(Servers servers) {
        return true;
    }

    /** Any that is possible, some more often than others. */
    static Fault any(Servers servers, SplittableRandom random) {
        int all = 0;
        for (Fault fault : values()) {
            all += fault.isPossible(servers) ? fault.weight : 0;
        }
        int dice = random.nextInt(all);
        for (Fault fault : values()) {
            dice -= fault.isPossible(servers) ? fault.weight : 0;
            if (dice < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("the weights changed");
    }
}
