package dev.docmirror.laws;

import java.util.List;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.testkit.ConflictPolicyLaws;
import net.jqwik.api.Arbitrary;

/** The laws against the defect of the hour; run by {@link PlantedDefectsTest} alone. */
public class Planted extends ConflictPolicyLaws {
    /** What is tested now. Also read by the threads that the laws start. */
    static volatile Defect defect = Defect.NONE;

    @Override
    protected ConflictPolicy policy() {
        return defect.policy();
    }

    @Override
    protected Kind kind() {
        return defect == Defect.GUARD_DECIDES_ABOUT_DRAFTS ? Kind.GUARD : Kind.ANY;
    }

    @Override
    protected List<String> timePointers() {
        return List.of("/at");
    }

    @Override
    protected Arbitrary<String> bodies() {
        return defect.bodies();
    }

    @Override
    protected MirrorSink sink(MirrorSink mirror) {
        return defect.sink(mirror);
    }
}
