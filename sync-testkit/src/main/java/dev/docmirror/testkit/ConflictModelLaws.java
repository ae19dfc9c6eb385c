package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Superseded;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.testkit.PolicyRig.Mishap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.PropagationMode;

/**
 * A life of documents under a policy, as commands in any order: write, fork, delete, replicate between two databases,
 * crash, resolve as another client does, review. After each the real worker settles on in-memory parts, and the mirror,
 * the archive and the databases are checked. Extend it as {@link ConflictPolicyLaws}; a failure shows the shortest list
 * of commands. Lives are a tenth of jqwik's default number of tries.
 */
@AddLifecycleHook(value = LifeTries.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
public abstract class ConflictModelLaws extends PolicyUnderTest {
    private static final List<DocumentId> IDS = List.of(DocumentId.of("a"), DocumentId.of("b"));
    private static final List<Mishap> MISHAPS = List.of(Mishap.values());
    private static final int LONGEST = 14;

    /** What can be done. */
    enum Act {
        WRITE,
        FORK,
        DELETE,
        REPLICATE,
        CRASH,
        RESOLVE,
        MERGE,
        REVIEW
    }

    /**
     * A command.
     *
     * @param which picks a document and a leaf or revision of it
     */
    record Command(Act what, int which, String body, boolean elsewhere) {}

    @Provide
    Arbitrary<List<Command>> lives() {
        Arbitrary<String> objects = bodies().map(body -> Bodies.parsed(body).isPresent() ? body : "{\"broken\":true}");
        return Combinators.combine(
                        Arbitraries.of(Act.class),
                        Arbitraries.integers().between(0, 7),
                        objects,
                        Arbitraries.of(false, false, true))
                .as(Command::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(LONGEST);
    }

    /** L6, L11, L13, L15, L20: whatever happens, nothing is lost, repeated or stuck. */
    @Property
    void life_anyCommands_losesNothing(@ForAll("lives") List<Command> commands) {
        live(commands, false);
    }

    /** The same with decisions written upstream; the databases come to rest. */
    @Property
    void life_anyCommandsWithWriteBack_losesNothing(@ForAll("lives") List<Command> commands) {
        live(commands, true);
    }

    private void live(List<Command> commands, boolean upstream) {
        PolicyRig rig = new PolicyRig(asked(), this::sink, upstream);
        InMemoryDatabase other = new InMemoryDatabase("other");
        Map<DocumentId, String> guarded = new HashMap<>();
        for (Command command : commands) {
            carryOut(command, rig, other);
            rig.run().run();
            check(rig, guarded);
        }
        List<String> leaves = rig.leaves();
        rig.replay();
        check(rig, guarded);
        require(rig.leaves().equals(leaves), "L17: a replay wrote upstream", rig);
        if (!upstream && !rig.hasProtected() && !rig.hasRejected() && !rig.hasReviews()) {
            PolicyRig anew = new PolicyRig(rig.database, asked(), this::sink, false).run();
            require(anew.state().equals(rig.state()), "L6: a worker from scratch makes " + anew.state(), rig);
        }
    }

    private static void carryOut(Command command, PolicyRig rig, InMemoryDatabase other) {
        DocumentId id = IDS.get(command.which % IDS.size());
        InMemoryDatabase database = command.elsewhere ? other : rig.database;
        Optional<DocumentChange> change = database.get(id);
        switch (command.what) {
            case WRITE -> {
                if (change.isEmpty()) {
                    database.put(id, command.body);
                } else {
                    database.put(id, leaf(change.get(), command).revision(), command.body);
                }
            }
            case FORK -> fork(database, id, command);
            case DELETE ->
                change.map(known -> leaf(known, command))
                        .filter(leaf -> !leaf.deleted())
                        .ifPresent(leaf -> database.delete(id, leaf.revision()));
            case REPLICATE -> {
                other.replicateTo(rig.database);
                rig.database.replicateTo(other);
            }
            case CRASH -> {
                Mishap mishap = MISHAPS.get(command.which % MISHAPS.size());
                rig.suffer(mishap, rig.database.get(id));
            }
            case RESOLVE -> change.ifPresent(known -> closeLosers(database, known));
            case MERGE ->
                change.ifPresent(known -> {
                    closeLosers(database, known);
                    database.put(id, known.winner().revision(), command.body);
                });
            case REVIEW -> rig.mirror.archive().close(PolicyRig.STREAM, id, "Dr. Moyo", "seen");
        }
    }

    private static Document leaf(DocumentChange change, Command command) {
        return change.leaves().get(command.which / IDS.size() % change.leaves().size());
    }

    /** A branch off any revision that is known, or a root of its own. */
    private static void fork(InMemoryDatabase database, DocumentId id, Command command) {
        List<Revision> known = new ArrayList<>();
        database.source().ancestry(List.of(id)).stream()
                .map(Ancestry::paths)
                .forEach(paths -> paths.values().forEach(known::addAll));
        known.sort(null);
        Optional<Revision> parent =
                known.isEmpty() ? Optional.empty() : Optional.of(known.get(command.which % known.size()));
        database.fork(id, RevisionTree.revision(parent, false, command.body), parent, false, command.body);
    }

    /** What a client does that resolves a conflict by CouchDB's order. */
    private static void closeLosers(InMemoryDatabase database, DocumentChange change) {
        change.leaves().stream()
                .skip(1)
                .filter(leaf -> !leaf.deleted())
                .forEach(leaf -> database.delete(change.id(), leaf.revision()));
    }

    private void check(PolicyRig rig, Map<DocumentId, String> guarded) {
        require(rig.deadLetters() == 0, "L20: a document is parked", rig);
        List<String> archived = PolicyRig.versions(rig.archived());
        Set<String> once = new HashSet<>(archived);
        require(once.size() == archived.size(), "L13: the archive repeats itself", rig);
        for (MirroredDocument entry : rig.mirror.registry(PolicyRig.STREAM)) {
            String text = rig.text(entry.id()).orElse("");
            if (entry.protection() == Protection.SIGNED) {
                String said = said(text);
                String before = guarded.put(entry.id(), said);
                boolean gaveWay = before != null && !before.equals(said);
                // To another signed version only, and then the archive has it: CouchDB's order decides between two.
                require(
                        !gaveWay
                                || rig.archived().stream()
                                        .anyMatch(loser -> said(loser.text()).equals(before)),
                        "L11: a signed version changed",
                        rig);
            } else {
                require(!guarded.containsKey(entry.id()), "L11: a signed version is no longer there", rig);
            }
            keepsAll(rig, entry, once);
        }
    }

    private static String said(String text) {
        return Bodies.parsed(text).map(body -> body.without("_rev").toString()).orElse(text);
    }

    /** L15: every leaf is mirrored, archived, or docmirror's own tombstone. */
    private static void keepsAll(PolicyRig rig, MirroredDocument entry, Set<String> archived) {
        String mirrored = rig.text(entry.id())
                .flatMap(Bodies::parsed)
                .map(body -> body.without("_rev").toString())
                .orElse("");
        for (Document leaf : rig.database.get(entry.id()).orElseThrow().leaves()) {
            boolean kept = entry.revision().equals(leaf.revision())
                    || leaf.body().without("_rev").toString().equals(mirrored)
                    || Superseded.marks(leaf)
                    || archived.containsAll(PolicyRig.versions(List.of(leaf)));
            require(kept, "L15: " + leaf + " is neither mirrored nor archived", rig);
        }
    }

    private static void require(boolean holds, String law, PolicyRig rig) {
        if (!holds) {
            throw new AssertionError(law + ". The mirror holds " + rig.state() + ", the archive " + rig.archived()
                    + ", the database " + rig.leaves());
        }
    }
}
