package dev.docmirror.campaign;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;

/** Holds a mirror against the document server, the devices and a rebuild. Each violation is a line that names its rule. */
final class Invariants {
    private static final int MOST_TOLD = 10;

    private final Scene scene;
    private final List<String> violations = new ArrayList<>();

    Invariants(Scene scene) {
        this.scene = scene;
    }

    /** Nothing more is to come: the feed after the checkpoint is empty, and the queue drained. */
    static boolean isCaughtUp(Scene scene) throws Exception {
        return scene.visits().isDrained()
                && changesAfterCheckpoint(scene, "&limit=1").isEmpty();
    }

    private static Set<String> changesAfterCheckpoint(Scene scene, String limit) throws Exception {
        List<List<String>> checkpoint = scene.mirror().query("SELECT position FROM sync_checkpoints");
        String since = checkpoint.isEmpty()
                ? ""
                : "&since=" + URLEncoder.encode(checkpoint.get(0).get(0), StandardCharsets.UTF_8);
        Set<String> ids = new HashSet<>();
        changes(scene, since + limit).forEach(row -> ids.add(row.get("id").asString()));
        return ids;
    }

    private static JsonNode changes(Scene scene, String parameters) throws Exception {
        return scene.site()
                .documents()
                .send("GET", "/_changes?style=all_docs" + parameters, "")
                .json()
                .get("results");
    }

    /** A worker has just been killed: whatever the feed does not show after its checkpoint is in the mirror. */
    static List<String> checkpointIsNotAhead(Scene scene) throws Exception {
        Set<String> pending = changesAfterCheckpoint(scene, "");
        MirrorState state = MirrorState.of(scene.mirror());
        return scene.herd().members().values().stream()
                .filter(member -> !pending.contains(member.id()))
                .filter(member -> !state.hasReached(member))
                .limit(MOST_TOLD)
                .map(member -> "I2: the checkpoint is ahead of " + member.id() + ", which is mirrored at "
                        + state.reached(member.id()))
                .toList();
    }

    /** In one statement, which sees one state of the database: no parent without its children, at any time. */
    static List<String> noHalfDocuments(Scene scene) {
        List<String> halves = new ArrayList<>();
        for (String table : List.of("note", "intake")) {
            scene.mirror()
                    .query("SELECT couch_id FROM " + table + "s WHERE doses <> (SELECT COUNT(*) FROM " + table
                            + "_medications WHERE parent_id = couch_id)")
                    .forEach(row -> halves.add("I7: " + row.get(0) + " and its children differ"));
        }
        return halves;
    }

    /** All that must hold of a mirror that has caught up while nothing is written. */
    List<String> afterHealing() throws Exception {
        MirrorState mirror = MirrorState.of(scene.mirror());
        MirrorState rebuilt = MirrorState.of(scene.rebuilt());
        serverHoldsWhatItTook();
        violations.addAll(noHalfDocuments(scene));
        for (Herd.Member member : scene.herd().members().values()) {
            if (member.guarded().isPresent()) {
                guardedStays(member, member.guarded().get(), mirror);
            } else {
                latestWins(member, mirror);
                equal("I1: ", member.id(), mirror, rebuilt);
            }
            archivedOnce(member, mirror, rebuilt);
        }
        rebuilt.ids().stream()
                .filter(id -> id.startsWith(Visits.PREFIX))
                .forEach(id -> equal("I1: ", id, mirror, rebuilt));
        Set<String> strange = new HashSet<>(mirror.ids());
        strange.removeIf(id -> id.startsWith(Visits.PREFIX)
                || id.startsWith("_design/")
                || scene.herd().members().containsKey(id));
        strange.forEach(id -> violations.add("I1: " + id + " is in the mirror and nowhere else"));
        try {
            scene.visits().verify("I4");
        } catch (AssertionError e) {
            violations.add(String.valueOf(e.getMessage()));
        }
        return violations.size() <= MOST_TOLD ? violations : violations.subList(0, MOST_TOLD);
    }

    /** Whatever this says is a fault of the document server, and explains what else is found. */
    private void serverHoldsWhatItTook() throws Exception {
        Map<String, Set<String>> held = new HashMap<>();
        for (JsonNode row : changes(scene, "")) {
            Set<String> revisions = new HashSet<>();
            row.get("changes").forEach(leaf -> revisions.add(leaf.get("rev").asString()));
            held.put(row.get("id").asString(), revisions);
        }
        for (Herd.Member member : scene.herd().members().values()) {
            Set<String> written = member.leaves().stream()
                    .map(leaf -> leaf.revision().toString())
                    .collect(Collectors.toSet());
            if (!written.equals(held.get(member.id()))) {
                violations.add("the document server took " + written + " of " + member.id() + " and has "
                        + held.get(member.id()));
            }
        }
    }

    private void guardedStays(Herd.Member member, Herd.Leaf guarded, MirrorState mirror) {
        if (!mirror.isMirroredAs(member, guarded)) {
            violations.add("I1: " + member.id() + " was signed or locked at " + guarded.revision()
                    + " and is mirrored at " + mirror.reached(member.id()));
        }
        member.leaves().stream()
                .filter(leaf -> !leaf.equals(guarded))
                .filter(leaf ->
                        !mirror.archived(member.id()).contains(leaf.revision().toString()))
                .forEach(leaf -> violations.add(
                        "I6: " + leaf.revision() + " of " + member.id() + " lost against a guard and is not archived"));
    }

    /** By the rule itself, without the software that is tested. */
    private void latestWins(Herd.Member member, MirrorState mirror) {
        if (!mirror.isAt(member, Herd.latest(member))) {
            violations.add("I3: " + member.id() + " is at " + mirror.reached(member.id()) + ", expected one of "
                    + Herd.latest(member).stream().map(Herd.Leaf::revision).toList() + " of "
                    + member.leaves().stream().map(Herd.Leaf::told).toList());
        }
    }

    private void equal(String rule, String id, MirrorState mirror, MirrorState rebuilt) {
        if (!mirror.of(id).equals(rebuilt.of(id))) {
            violations.add(rule + id + " is " + mirror.of(id) + ", a rebuild makes " + rebuilt.of(id));
        }
    }

    /** A rebuild sees the losers that are still leaves; the mirror has seen those before them, too. */
    private void archivedOnce(Herd.Member member, MirrorState mirror, MirrorState rebuilt) {
        List<String> archived = mirror.archived(member.id());
        if (new HashSet<>(archived).size() < archived.size()) {
            violations.add("I6: a version of " + member.id() + " was archived twice");
        }
        if (!member.written().containsAll(archived)) {
            violations.add("I6: a version of " + member.id() + " was archived that nobody wrote");
        }
        if (member.guarded().isEmpty() && !archived.containsAll(rebuilt.archived(member.id()))) {
            violations.add("I6: " + member.id() + " has " + archived + " in the archive, a rebuild "
                    + rebuilt.archived(member.id()));
        }
    }
}
