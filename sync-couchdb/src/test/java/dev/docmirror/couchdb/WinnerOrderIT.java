package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.policies.ConflictPolicies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random revision trees, half of them with several leaves of the highest generation: the server's winner is the first one
 * by {@link DocumentChange#COUCHDB_ORDER} and what {@code couchDbWinner()} chooses, and its other leaves are ours. The seed is in each message;
 * {@code -Ddocmirror.winners.seed} and {@code -Ddocmirror.winners.trees} set seed and number.
 */
class WinnerOrderIT {
    private static final int TREES = Integer.getInteger("docmirror.winners.trees", 2_000);
    private static final long SEED = Long.getLong("docmirror.winners.seed", new Random().nextLong());
    private static final int PAGE = 200;
    private static final ConflictPolicy COUCHDB_WINNER = ConflictPolicies.couchDbWinner();
    private static final ConflictContext CONTEXT = new ConflictContext(StreamId.of("winners"));

    private Database database;

    @BeforeEach
    void open() {
        database = new Database(Servers.shared());
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }

    /** A leaf with its path, the leaf itself first. */
    private record Leaf(List<Revision> path, boolean deleted) {
        Revision revision() {
            return path.get(0);
        }
    }

    private record Tree(DocumentId id, List<Leaf> leaves) {}

    @Test
    void winner_ofRandomTrees_isTheServers() {
        Random random = new Random(SEED);
        List<Tree> trees = new ArrayList<>();
        int ties = 0;
        for (int i = 0; i < TREES; i++) {
            Tree tree = tree(DocumentId.of("tree-" + i), i % 2 == 0, random);
            trees.add(tree);
            ties += isTie(tree) ? 1 : 0;
        }
        assertThat(ties).as("ties with seed %d", SEED).isGreaterThanOrEqualTo(TREES / 2);
        for (int from = 0; from < TREES; from += PAGE) {
            List<Tree> page = trees.subList(from, Math.min(TREES, from + PAGE));
            write(page);
            compare(page);
        }
    }

    private void compare(List<Tree> page) {
        List<DocumentChange> read =
                database.source().read(page.stream().map(Tree::id).toList());
        assertThat(read).hasSameSizeAs(page);
        JsonNode rows = allDocs(page);
        for (int i = 0; i < page.size(); i++) {
            Tree tree = page.get(i);
            String which = tree + " with seed " + SEED;
            Document ours = read.get(i).winner();
            assertThat(read.get(i).id()).isEqualTo(tree.id());
            assertThat(read.get(i).leaves())
                    .as(which)
                    .extracting(Document::revision)
                    .containsExactlyInAnyOrderElementsOf(
                            tree.leaves().stream().map(Leaf::revision).toList());
            JsonNode value = rows.get(i).path("value");
            Resolution chosen = COUCHDB_WINNER.resolve(Conflict.of(read.get(i)), CONTEXT);
            assertThat(chosen).as(which).isInstanceOf(Resolution.Choose.class);
            assertThat(((Resolution.Choose) chosen).winner()).as(which).isSameAs(ours);
            assertThat(value.path("rev").asString())
                    .as(which)
                    .isEqualTo(ours.revision().toString());
            assertThat(value.path("deleted").asBoolean(false)).as(which).isEqualTo(ours.deleted());
            Set<String> conflicts = new HashSet<>();
            rows.get(i).path("doc").path("_conflicts").forEach(rev -> conflicts.add(rev.stringValue()));
            Set<String> losers = read.get(i).leaves().stream()
                    .filter(leaf -> !leaf.deleted() && leaf != ours)
                    .map(leaf -> leaf.revision().toString())
                    .collect(Collectors.toSet());
            assertThat(conflicts).as(which).isEqualTo(ours.deleted() ? Set.of() : losers);
        }
    }

    /** Also a deleted winner's revision comes, in the order of the keys. */
    private JsonNode allDocs(List<Tree> page) {
        ObjectNode keys = JsonMapper.shared().createObjectNode();
        ArrayNode array = keys.putArray("keys");
        page.forEach(tree -> array.add(tree.id().value()));
        return database.client()
                .ok("POST", "/" + database.name() + "/_all_docs?include_docs=true&conflicts=true", keys.toString())
                .json()
                .path("rows");
    }

    private void write(List<Tree> page) {
        ObjectNode request = JsonMapper.shared().createObjectNode().put("new_edits", false);
        ArrayNode docs = request.putArray("docs");
        for (Tree tree : page) {
            for (Leaf leaf : tree.leaves()) {
                ObjectNode doc = docs.addObject().put("_id", tree.id().value());
                doc.put("_rev", leaf.revision().toString())
                        .put("is", leaf.revision().hash());
                if (leaf.deleted()) {
                    doc.put("_deleted", true);
                }
                ObjectNode revisions =
                        doc.putObject("_revisions").put("start", leaf.revision().generation());
                ArrayNode ids = revisions.putArray("ids");
                leaf.path().forEach(revision -> ids.add(revision.hash()));
            }
        }
        database.client().ok("POST", "/" + database.name() + "/_bulk_docs", request.toString());
    }

    /** Grows branches from random revisions of a trunk; a tie makes all of them end at one generation. */
    private static Tree tree(DocumentId id, boolean tie, Random random) {
        int leaves = (tie ? 2 : 1) + random.nextInt(4);
        int top = 2 + random.nextInt(12); // past 9, where text and number differ
        boolean dead = random.nextInt(3) == 0;
        List<List<Revision>> paths = new ArrayList<>();
        Set<String> used = new HashSet<>();
        paths.add(grow(List.of(), top, used, random));
        while (paths.size() < leaves) {
            List<Revision> from = paths.get(random.nextInt(paths.size()));
            int generation = tie ? top : 1 + random.nextInt(top + 3);
            int shared = random.nextInt(Math.min(generation, from.size()));
            paths.add(grow(from.subList(from.size() - shared, from.size()), generation, used, random));
        }
        List<Leaf> grown = new ArrayList<>();
        for (List<Revision> path : paths) {
            boolean inner = paths.stream().anyMatch(other -> other != path && other.contains(path.get(0)));
            if (!inner) {
                boolean deleted = tie ? dead : random.nextInt(3) == 0;
                grown.add(new Leaf(path, deleted));
            }
        }
        return new Tree(id, grown);
    }

    /** @param below the path that is shared, the newest revision first */
    private static List<Revision> grow(List<Revision> below, int generation, Set<String> used, Random random) {
        List<Revision> path = new ArrayList<>(below);
        for (int next = below.size() + 1; next <= generation; next++) {
            path.add(0, new Revision(next, hash(used, random)));
        }
        return path;
    }

    /** Lower-case hexadecimal, so that servers that compare it as text agree; often alike in front. */
    private static String hash(Set<String> used, Random random) {
        String hash;
        do {
            hash = String.format("%016x%016x", random.nextLong(), random.nextLong());
            hash = random.nextBoolean() ? hash : "0".repeat(30) + hash.substring(30);
        } while (!used.add(hash));
        return hash;
    }

    private static boolean isTie(Tree tree) {
        long top = tree.leaves().stream()
                .mapToLong(leaf -> leaf.revision().generation())
                .max()
                .orElse(0);
        return tree.leaves().stream()
                        .filter(leaf -> leaf.revision().generation() == top)
                        .count()
                > 1;
    }
}
