package dev.docmirror.campaign;

import dev.docmirror.testkit.server.MySqlServer.Flavor;

/** What lasts, while other faults strike. */
enum Weather {
    CALM {
        @Override
        Runnable begin(Scene scene) {
            return () -> {};
        }
    },
    /** The worker that mirrors is stopped past its lease and goes on as a zombie. */
    FROZEN_WORKER {
        @Override
        Runnable begin(Scene scene) throws Exception {
            return scene.crew().freeze();
        }
    },
    SLOW_CONNECTIONS {
        @Override
        Runnable begin(Scene scene) {
            return proxies(scene, LossyProxy.Mode.SLOW);
        }
    },
    SILENT_CONNECTIONS {
        @Override
        Runnable begin(Scene scene) {
            return proxies(scene, LossyProxy.Mode.SILENT);
        }
    },
    /** Failures, throttling and nonsense in the document server's place. */
    STORM {
        @Override
        Runnable begin(Scene scene) {
            scene.toCouch().mode(LossyProxy.Mode.STORM);
            return () -> scene.toCouch().mode(LossyProxy.Mode.PASS);
        }
    },
    /** Every third answer to a COMMIT and to a write into the document server is lost. */
    LOST_ANSWERS {
        @Override
        Runnable begin(Scene scene) {
            scene.toCouch().lose(LOST_OF_HUNDRED);
            scene.toMySql().lose(LOST_OF_HUNDRED);
            return () -> {
                scene.toCouch().lose(0);
                scene.toMySql().lose(0);
            };
        }
    },
    READ_ONLY_MYSQL {
        @Override
        Runnable begin(Scene scene) throws Exception {
            scene.onMySql("SET GLOBAL super_read_only = ON");
            return () -> scene.onMySql("SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF");
        }

        @Override
        boolean isPossible(Servers servers) {
            return servers.mysql().flavor() == Flavor.MYSQL;
        }
    };

    private static final int LOST_OF_HUNDRED = 33;

    /** Lets it begin and gives what ends it. */
    abstract Runnable begin(Scene scene) throws Exception;

    boolean isPossible(Servers servers) {
        return true;
    }

    private static Runnable proxies(Scene scene, LossyProxy.Mode mode) {
        scene.toCouch().mode(mode);
        scene.toMySql().mode(mode);
        return () -> {
            scene.toCouch().mode(LossyProxy.Mode.PASS);
            scene.toMySql().mode(LossyProxy.Mode.PASS);
        };
    }
}
