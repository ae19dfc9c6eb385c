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
        boolean isPossible(Scene scene) {
            return scene.servers().mysql().ownsProcess();
        }
    },
    KILL_DOCUMENT_SERVER(12) {
        @Override
        void strike(Scene scene) throws Exception {
            Power power = scene.power().orElseThrow();
            power.kill().turn();
            Await.pass(scene.upTo(LONGEST_OUTAGE));
            power.start().turn();
        }

        @Override
        boolean isPossible(Scene scene) {
            return scene.power().isPresent();
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

    private static final Duration LONGEST_TURN = Duration.ofMillis(900);
    private static final Duration LONGEST_OUTAGE = Duration.ofMillis(800);

    private final int weight;

    Fault(int weight) {
        this.weight = weight;
    }

    abstract void strike(Scene scene) throws Exception;

    boolean isPossible(Scene scene) {
        return true;
    }

    /** Any that is possible, some more often than others. */
    static Fault any(Scene scene, SplittableRandom random) {
        int all = 0;
        for (Fault fault : values()) {
            all += fault.isPossible(scene) ? fault.weight : 0;
        }
        int dice = random.nextInt(all);
        for (Fault fault : values()) {
            dice -= fault.isPossible(scene) ? fault.weight : 0;
            if (dice < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("the weights changed");
    }
}
