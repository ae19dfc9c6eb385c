package dev.docmirror.campaign;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import tools.jackson.databind.node.ObjectNode;

/** Clinical documents with everything in them that can go wrong in one: conflicts, deletions, unknown types, poison. */
final class SampleData {
    static final int POISON = 5;
    static final int UNKNOWN = 5;

    private SampleData() {}

    static int conflicts(int documents) {
        return documents / 50;
    }

    static List<ObjectNode> load(Clinic clinic, int count, long seed) throws IOException, InterruptedException {
        ClinicalDocuments documents = new ClinicalDocuments(seed);
        List<ObjectNode> all = documents.some(count);
        clinic.write(all, () -> {});
        List<ObjectNode> contested = all.subList(0, conflicts(count));
        List<ObjectNode> early = new ArrayList<>();
        List<ObjectNode> late = new ArrayList<>();
        for (int i = 0; i < contested.size(); i++) {
            early.add(documents.edited(contested.get(i), i % 2 == 0 ? 5 : 9));
            late.add(documents.edited(contested.get(i), i % 2 == 0 ? 9 : 5));
        }
        clinic.conflict(early, late);
        clinic.delete(all.subList(contested.size(), contested.size() + count / 100));
        clinic.write(new ArrayList<>(documents.unknown(UNKNOWN)), () -> {});
        clinic.write(new ArrayList<>(documents.poison()), () -> {});
        return all;
    }
}
