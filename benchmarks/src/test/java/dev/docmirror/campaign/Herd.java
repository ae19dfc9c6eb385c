package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import dev.docmirror.change.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The documents as the devices know them, and what they do to them next. Everything is written as replication does, with
 * revisions made here: so a write whose answer was lost can be sent again, and it is known what the server must hold.
 * Confined to whoever holds the traffic.
 */
final class Herd {
    /** A canary: in no log. */
    static final String CANARY = "Zephyrine-Quux";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_LEAVES = 5;
    private static final long FIRST_TIME = 1_770_000_000_000L;
    private static final int TIMES = 50_000;

    private final SplittableRandom random;
    private final int most;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Member> order = new ArrayList<>();
    private int created;

    /** @param most how many documents there are in the end */
    Herd(int most, SplittableRandom random) {
        this.most = most;
        this.random = random;
    }

    /** One end of a document's history. */
    record Leaf(Revision revision, Optional<Revision> parent, ObjectNode body, boolean deleted) {
        /** What rules look at. */
        String told() {
            return revision + (deleted ? " deleted" : " of " + body.get("updatedAt"));
        }
    }

    /** One document. */
    static final class Member {
        private final String id;
        private final String type;
        private final List<Leaf> leaves = new ArrayList<>();
        private final Set<String> written = new HashSet<>();
        private Optional<Leaf> guarded = Optional.empty();
        private boolean resting;

        private Member(String type, int number) {
            this.id = type + ":" + number;
            this.type = type;
        }

        String id() {
            return id;
        }

        String table() {
            return type + "s";
        }

        List<Leaf> leaves() {
            return leaves;
        }

        /** Every revision that was ever written. */
        Set<String> written() {
            return written;
        }

        /** The version that was signed or locked, which stays from then on. */
        Optional<Leaf> guarded() {
            return guarded;
        }

        private List<Leaf> live() {
            return leaves.stream().filter(leaf -> !leaf.deleted()).toList();
        }
    }

    /** One write: a new leaf, in the place of an earlier one unless it is a branch. */
    record Edit(Member member, Optional<Leaf> replaced, Leaf leaf, boolean guards) {
        ObjectNode document() {
            ObjectNode document = leaf.body()
                    .deepCopy()
                    .put("_id", member.id)
                    .put("_rev", leaf.revision().toString());
            if (leaf.deleted()) {
                document.put("_deleted", true);
            }
            ArrayNode path = document.putObject("_revisions")
                    .put("start", leaf.revision().generation())
                    .putArray("ids")
                    .add(leaf.revision().hash());
            leaf.parent().ifPresent(parent -> path.add(parent.hash()));
            return document;
        }
    }

    /** What the devices do at once, each document once. */
    List<Edit> next(int count) {
        Map<String, Edit> edits = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Member member = order.isEmpty() || (order.size() < most && random.nextInt(4) == 0)
                    ? new Member(random.nextBoolean() ? "note" : "intake", created++)
                    : order.get(random.nextInt(order.size()));
            if (!member.resting) {
                edit(member).ifPresent(edit -> edits.putIfAbsent(member.id, edit));
            }
        }
        return List.copyOf(edits.values());
    }

    private Optional<Edit> edit(Member member) {
        if (member.leaves.isEmpty()) {
            return Optional.of(new Edit(member, Optional.empty(), leaf(Optional.empty(), body(member)), false));
        }
        Leaf leaf = member.leaves.get(random.nextInt(member.leaves.size()));
        int dice = random.nextInt(100);
        if (leaf.deleted()) {
            return dice < 30 ? Optional.of(after(member, leaf, body(member))) : Optional.empty();
        }
        if (dice < 15) {
            Leaf tombstone =
                    new Leaf(revision(leaf.revision()), Optional.of(leaf.revision()), JSON.createObjectNode(), true);
            return Optional.of(new Edit(member, Optional.of(leaf), tombstone, false));
        }
        if (dice < 32 && member.leaves.size() < MOST_LEAVES) {
            return Optional.of(new Edit(member, Optional.empty(), leaf(leaf.parent(), body(member)), false));
        }
        boolean alone = member.live().size() == 1 && member.guarded.isEmpty() && member.leaves.size() == 1;
        if (dice < 40 && alone) {
            return Optional.of(guarding(member, leaf));
        }
        return Optional.of(after(member, leaf, dice < 43 ? poisoned(body(member)) : body(member)));
    }

    private Edit after(Member member, Leaf before, ObjectNode body) {
        return new Edit(member, Optional.of(before), leaf(Optional.of(before.revision()), body), false);
    }

    private Edit guarding(Member member, Leaf before) {
        ObjectNode body = body(member);
        if (member.type.equals("note")) {
            body.put("signatureHash", hash());
        } else {
            body.put("isLocked", true);
        }
        return new Edit(member, Optional.of(before), leaf(Optional.of(before.revision()), body), true);
    }

    private Leaf leaf(Optional<Revision> parent, ObjectNode body) {
        Revision revision = parent.map(this::revision).orElseGet(() -> Revision.of("1-" + hash()));
        return new Leaf(revision, parent, body, false);
    }

    private Revision revision(Revision parent) {
        return Revision.of((parent.generation() + 1) + "-" + hash());
    }

    private String hash() {
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }

    private ObjectNode body(Member member) {
        ObjectNode body = JSON.createObjectNode()
                .put("type", member.type)
                .put("title", "title " + random.nextInt(1_000))
                .put("status", random.nextBoolean() ? "draft" : "final")
                .put("weightKg", random.nextInt(100_000) / 100.0)
                .put("updatedAt", FIRST_TIME + random.nextInt(TIMES))
                .put("patientName", CANARY);
        int doses = random.nextInt(4);
        body.put("doses", doses);
        ArrayNode medications = body.putArray("medications");
        for (int i = 0; i < doses; i++) {
            medications.addObject().put("name", "dose " + random.nextInt(1_000));
        }
        return body;
    }

    /** Four ways not to be a row. */
    private ObjectNode poisoned(ObjectNode body) {
        return switch (random.nextInt(4)) {
            case 0 -> body.put("title", "x".repeat(121));
            case 1 -> body.put("status", "purple");
            case 2 -> body.put("weightKg", 123_456.7);
            default -> body.put("updatedAt", "yesterday");
        };
    }

    /** The server has taken these. */
    void written(List<Edit> edits) {
        for (Edit edit : edits) {
            Member member = edit.member();
            if (members.putIfAbsent(member.id, member) == null) {
                order.add(member);
            }
            edit.replaced().ifPresent(member.leaves::remove);
            member.leaves.add(edit.leaf());
            member.written.add(edit.leaf().revision().toString());
            if (edit.guards()) {
                member.guarded = Optional.of(edit.leaf());
                member.resting = true; // until the mirror has seen it: what it never saw it can't protect
            }
        }
    }

    /** What lastWriteWins chooses of a document that nothing guards; several if equally late, none if it is deleted. */
    static List<Leaf> latest(Member member) {
        List<Leaf> live = member.live();
        long latest = live.stream().mapToLong(Herd::time).max().orElse(0);
        return live.stream().filter(leaf -> time(leaf) == latest).toList();
    }

    /** A time that can't be read is earlier than any. */
    private static long time(Leaf leaf) {
        JsonNode time = leaf.body().path("updatedAt");
        return time.isNumber() ? time.asLong() : Long.MIN_VALUE;
    }

    /** The mirror has caught up: what was signed may be tampered with from now on. */
    void wake() {
        order.forEach(member -> member.resting = false);
    }

    Map<String, Member> members() {
        return members;
    }
}
