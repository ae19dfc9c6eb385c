package dev.docmirror.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import tools.jackson.databind.node.ObjectNode;

/** Clinical documents in a database of their own, the same for the same numbers. */
final class Dataset {
    private static final int ROUND = 5_000;
    private static final long SEED = 20_260_214;
    private static final int SHORTEST = 400;
    private static final int LONGEST = 1_160; // CouchDB adds the revision
    private static final String[] WORDS = {
        "cough", "fever", "since", "three", "days", "no", "danger", "sign", "drinks", "well", "chest", "clear", "review"
    };

    private final Stage stage;
    private final Progress out;
    private final boolean keep;
    private final List<URI> made = new ArrayList<>();

    Dataset(Stage stage, Progress out, boolean keep) {
        this.stage = stage;
        this.out = out;
        this.keep = keep;
    }

    /**
     * A database of {@code count} documents.
     *
     * @param bytes how long each is made by a narrative; 0 for lengths as clinics have them, 0.4 to 1.2 KB
     * @param conflicted the percentage that has two leaves
     */
    URI of(int count, int bytes, int conflicted) throws IOException, InterruptedException {
        URI database = stage.documents(count + "_" + bytes + "_" + conflicted);
        made.add(database);
        if (stage.count(database) == count) {
            return database;
        }
        stage.delete(database);
        stage.create(database);
        Clinic clinic = stage.clinic(database);
        ClinicalDocuments documents = new ClinicalDocuments(SEED);
        Random random = new Random(SEED);
        for (int from = 0; from < count; from += ROUND) {
            List<ObjectNode> round = documents.some(Math.min(ROUND, count - from));
            for (ObjectNode document : round) {
                document.put("_id", document.get("_id").asString() + "." + from / ROUND);
                int length = bytes > 0 ? bytes : SHORTEST + random.nextInt(LONGEST - SHORTEST);
                document.put("narrative", narrative(length - document.toString().length(), random));
            }
            write(clinic, round, Math.max(1, Math.min(1_000, 2_000_000 / Math.max(1, bytes))));
            contest(clinic, documents, round.subList(0, round.size() * conflicted / 100));
            out.step("documents written to CouchDB", from + round.size(), count);
        }
        return database;
    }

    private static void write(Clinic clinic, List<ObjectNode> documents, int most)
            throws IOException, InterruptedException {
        for (int from = 0; from < documents.size(); from += most) {
            clinic.write(documents.subList(from, Math.min(documents.size(), from + most)), () -> {});
        }
    }

    private static void contest(Clinic clinic, ClinicalDocuments documents, List<ObjectNode> contested)
            throws IOException, InterruptedException {
        List<ObjectNode> early = new ArrayList<>();
        List<ObjectNode> late = new ArrayList<>();
        for (int i = 0; i < contested.size(); i++) {
            early.add(documents.edited(contested.get(i), i % 2 == 0 ? 5 : 9));
            late.add(documents.edited(contested.get(i), i % 2 == 0 ? 9 : 5));
        }
        if (!contested.isEmpty()) {
            clinic.conflict(early, late);
        }
    }

    private static String narrative(int length, Random random) {
        StringBuilder text = new StringBuilder(Math.max(0, length) + 16);
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return text.toString();
    }

    /** Removes what was made, unless it is to be used again. */
    void clear() throws IOException, InterruptedException {
        if (!keep) {
            for (URI database : made) {
                stage.delete(database);
            }
        }
    }
}
