package dev.docmirror.benchmarks;

/** Who is measured. Each is made once in a process of its own and does one task after another. */
interface Candidate {

    /** All there are. */
    enum Kind {
        RAW_READ,
        RAW_WRITE,
        PLAIN_PIPELINE,
        NAIVE_LOOP,
        MIRROR,
        LAG_FLOOR,
        LAG_MIRROR;

        Candidate create() {
            return switch (this) {
                case RAW_READ -> new RawRead();
                case RAW_WRITE -> new RawWrite();
                case PLAIN_PIPELINE -> new PlainPipeline();
                case NAIVE_LOOP -> new NaiveLoop();
                case MIRROR -> new Mirror();
                case LAG_FLOOR -> new LagFloor();
                case LAG_MIRROR -> new LagMirror();
            };
        }
    }

    /** What a candidate that follows the feed hears from who measures it. */
    interface Control {
        /** Says that it follows from now on. */
        void following();

        /** Whether it is to end. */
        boolean ended();

        /** Waits, and costs nothing, until it is to end. */
        void awaitEnd();
    }

    Outcome run(Task task, Control control) throws Exception;
}
