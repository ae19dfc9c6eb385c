package dev.docmirror.faults;

import java.util.function.UnaryOperator;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.mirror.MirrorSink;

/** What stands between a worker and its parts: nothing, or a defect. */
record Parts(
        UnaryOperator<ChangeSource> source,
        UnaryOperator<MirrorSink> sink,
        UnaryOperator<CheckpointStore> checkpoints) {

    static Parts sound() {
        return new Parts(source -> source, sink -> sink, checkpoints -> checkpoints);
    }

    Parts withSource(UnaryOperator<ChangeSource> defect) {
        return new Parts(defect, sink, checkpoints);
    }

    Parts withSink(UnaryOperator<MirrorSink> defect) {
        return new Parts(source, defect, checkpoints);
    }

    Parts withCheckpoints(UnaryOperator<CheckpointStore> defect) {
        return new Parts(source, sink, defect);
    }
}
