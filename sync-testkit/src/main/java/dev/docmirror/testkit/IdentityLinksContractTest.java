package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.docmirror.error.LinkRefusedException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.Identity;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.identity.LinkEvent;
import dev.docmirror.identity.LinkEvent.Kind;
import dev.docmirror.identity.LinkNote;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link IdentityLinks} has to keep: an id names one identity at a time, whoever links it and how many do at
 * once; what was merged or split can be told from the audit.
 */
@Timeout(120)
public abstract class IdentityLinksContractTest {
    private static final LinkNote NOTE = LinkNote.of("Dr. Größe", "desk 3");
    private static final ExternalId UID = ExternalId.of("firebase", "uid-1");
    private static final ExternalId USER = ExternalId.of("postgres", "42");
    private static final ExternalId OTHER = ExternalId.of("firebase", "uid-2");

    private IdentityLinks links;

    /** Links without any entry; asked before each test. */
    protected abstract IdentityLinks openLinks() throws Exception;

    @BeforeEach
    void open() throws Exception {
        links = openLinks();
    }

    @Test
    void link_unknownIds_areOneNewIdentity() {
        IdentityId identity = links.link(List.of(UID, USER), NOTE);
        assertThat(links.resolve(List.of(UID, USER, OTHER))).isEqualTo(Map.of(UID, identity, USER, identity));
        assertThat(links.find(identity)).contains(new Identity(identity, Set.of(UID, USER)));
        assertThat(links.link(List.of(OTHER), NOTE)).isNotEqualTo(identity);
    }

    @Test
    void link_oneIsKnown_joinsItsIdentity() {
        IdentityId identity = links.link(List.of(UID), NOTE);
        assertThat(links.link(List.of(USER, UID, USER), NOTE)).isEqualTo(identity);
        assertThat(links.find(identity).orElseThrow().externalIds()).containsExactlyInAnyOrder(UID, USER);
    }

    @Test
    void link_again_changesNothing() {
        IdentityId identity = links.link(List.of(UID, USER), NOTE);
        assertThat(links.link(List.of(UID, USER), LinkNote.of("somebody else", "")))
                .isEqualTo(identity);
        assertThat(links.history(identity)).hasSize(2);
    }

    @Test
    void link_differentIdentities_isRefusedAndChangesNothing() {
        IdentityId first = links.link(List.of(UID), NOTE);
        IdentityId second = links.link(List.of(OTHER), NOTE);
        assertThatThrownBy(() -> links.link(List.of(USER, UID, OTHER), NOTE))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageNotContaining("uid");
        assertThat(links.resolve(List.of(UID, OTHER, USER))).isEqualTo(Map.of(UID, first, OTHER, second));
        assertThat(links.history(first)).hasSize(1);
        assertThatThrownBy(() -> links.link(List.of(), NOTE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resolve_idsThatLookAlike_areDifferent() {
        List<ExternalId> ids = new ArrayList<>();
        LookAlikes.IDS.stream()
                .filter(id -> ExternalId.isId(id.value()))
                .forEach(id -> ids.add(ExternalId.of("crm", id.value())));
        ids.add(ExternalId.of("CRM", "a"));
        ids.add(ExternalId.of("crma", " "));
        ids.add(ExternalId.of("crm ", "a"));
        ids.add(ExternalId.of("crm", "l".repeat(512)));
        ids.add(ExternalId.of("crm", "l".repeat(511) + "L"));
        ids.add(ExternalId.of("ö".repeat(64), "😀".repeat(256)));
        ids.forEach(id -> links.link(List.of(id), NOTE));
        Map<ExternalId, IdentityId> found = links.resolve(ids);
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(new HashSet<>(found.values())).hasSameSizeAs(ids);
        found.forEach((id, identity) ->
                assertThat(links.find(identity).orElseThrow().externalIds()).containsExactly(id));
    }

    @Test
    void resolve_nothingOrMuch_answersWhatIsKnown() {
        List<ExternalId> ids = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            ids.add(ExternalId.of("bulk", "patient-" + i));
        }
        assertThat(links.resolve(List.of())).isEmpty();
        assertThat(links.resolve(ids)).isEmpty();
        IdentityId known = links.link(List.of(ids.get(7), USER), NOTE);
        Map<ExternalId, IdentityId> linked = links.linkEach(ids, NOTE);
        assertThat(linked.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(new HashSet<>(linked.values())).hasSameSizeAs(ids).contains(known);
        assertThat(links.resolve(ids)).isEqualTo(linked);
        assertThat(links.linkEach(ids, NOTE)).isEqualTo(linked);
        assertThat(links.history(requireNonNull(linked.get(ids.get(2_000))))).hasSize(1);
    }

    @Test
    void merge_twoIdentities_movesAllIdsAndLeadsToTheSurvivor() {
        IdentityId survivor = links.link(List.of(UID), NOTE);
        IdentityId other = links.link(List.of(OTHER, USER), NOTE);
        assertThat(links.merge(survivor, other, NOTE)).isEqualTo(survivor);
        assertThat(links.resolve(List.of(UID, OTHER, USER)).values()).containsOnly(survivor);
        Identity merged = new Identity(survivor, Set.of(UID, OTHER, USER));
        assertThat(links.find(other)).contains(merged);
        assertThat(links.find(survivor)).contains(merged);
        assertThat(links.merge(other, survivor, NOTE)).isEqualTo(survivor);
        assertThat(links.merge(survivor, survivor, NOTE)).isEqualTo(survivor);
        assertThat(links.history(survivor)).hasSize(3);
    }

    @Test
    void merge_survivorOfAnEarlierMerge_leadsEverybodyToTheLast() {
        IdentityId first = links.link(List.of(UID), NOTE);
        IdentityId second = links.link(List.of(OTHER), NOTE);
        IdentityId third = links.link(List.of(USER), NOTE);
        links.merge(second, first, NOTE);
        assertThat(links.merge(third, first, NOTE)).isEqualTo(third);
        for (IdentityId each : List.of(first, second, third)) {
            assertThat(links.find(each)).contains(new Identity(third, Set.of(UID, OTHER, USER)));
        }
    }

    @Test
    void merge_neverMinted_isRefused() {
        IdentityId known = links.link(List.of(UID), NOTE);
        IdentityId unknown = IdentityId.of("never-minted");
        assertThatThrownBy(() -> links.merge(known, unknown, NOTE)).isInstanceOf(LinkRefusedException.class);
        assertThatThrownBy(() -> links.merge(unknown, known, NOTE)).isInstanceOf(LinkRefusedException.class);
        assertThat(links.find(unknown)).isEmpty();
        assertThat(links.history(unknown)).isEmpty();
    }

    @Test
    void split_someIds_areANewIdentityTogether() {
        IdentityId old = links.link(List.of(UID, USER, OTHER), NOTE);
        IdentityId apart = links.split(List.of(OTHER, USER), NOTE);
        assertThat(apart).isNotEqualTo(old);
        assertThat(links.find(apart)).contains(new Identity(apart, Set.of(OTHER, USER)));
        assertThat(links.find(old)).contains(new Identity(old, Set.of(UID)));
    }

    @Test
    void split_allIdsOrOfSeveral_isRefused() {
        IdentityId old = links.link(List.of(UID, USER), NOTE);
        links.link(List.of(OTHER), NOTE);
        List<List<ExternalId>> wrong = List.of(
                List.of(UID, USER), List.of(UID, OTHER), List.of(UID, ExternalId.of("firebase", "new")), List.of());
        for (List<ExternalId> each : wrong) {
            assertThatThrownBy(() -> links.split(each, NOTE))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageNotContaining("uid");
        }
        assertThat(links.find(old)).contains(new Identity(old, Set.of(UID, USER)));
    }

    @Test
    void history_mergedAndSplit_tellsWhatCameFromWhere() {
        IdentityId survivor = links.link(List.of(UID), NOTE);
        IdentityId other = links.link(List.of(OTHER), NOTE);
        links.merge(survivor, other, LinkNote.of("desk", "same person"));
        IdentityId apart = links.split(List.of(OTHER), LinkNote.of("desk", "a mistake"));

        assertThat(links.history(other))
                .satisfiesExactly(
                        event(Kind.LINKED, other, Optional.empty()), event(Kind.MERGED, survivor, Optional.of(other)));
        assertThat(links.history(apart)).satisfiesExactly(event(Kind.SPLIT, apart, Optional.of(survivor)));
        List<LinkEvent> all = links.history(survivor);
        assertThat(all).extracting(LinkEvent::kind).containsExactly(Kind.LINKED, Kind.MERGED, Kind.SPLIT);
        assertThat(all).extracting(LinkEvent::number).isSorted().doesNotHaveDuplicates();
        assertThat(all.get(0).note()).isEqualTo(NOTE);
        assertThat(all.get(2).note()).isEqualTo(LinkNote.of("desk", "a mistake"));
        assertThat(all.get(2).externalId()).contains(OTHER);
    }

    private static ThrowingConsumer<LinkEvent> event(Kind kind, IdentityId identity, Optional<IdentityId> before) {
        return event -> {
            assertThat(event.kind()).isEqualTo(kind);
            assertThat(event.identity()).isEqualTo(identity);
            assertThat(event.before()).isEqualTo(before);
            assertThat(event.externalId()).contains(OTHER);
        };
    }

    @Test
    void link_manyAtOnce_isOneIdentity() throws Exception {
        for (int round = 0; round < 10; round++) {
            ExternalId contested = ExternalId.of("contested", "round " + round);
            List<Callable<IdentityId>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ExternalId own = ExternalId.of("own", round + " " + i);
                boolean each = i % 2 == 0;
                tasks.add(() -> each
                        ? links.linkEach(List.of(contested, own), NOTE).get(contested)
                        : links.link(List.of(own, contested), NOTE));
            }
            Set<IdentityId> answers = new HashSet<>(atOnce(tasks));
            assertThat(answers).hasSize(1);
            assertThat(links.resolve(List.of(contested)).values()).containsExactlyElementsOf(answers);
        }
    }

    @Test
    void merge_whileOthersLink_losesNoId() throws Exception {
        for (int round = 0; round < 10; round++) {
            ExternalId left = ExternalId.of("left", "" + round);
            ExternalId right = ExternalId.of("right", "" + round);
            IdentityId survivor = links.link(List.of(left), NOTE);
            IdentityId other = links.link(List.of(right), NOTE);
            List<ExternalId> added = new ArrayList<>();
            List<Callable<IdentityId>> tasks = new ArrayList<>();
            tasks.add(() -> links.merge(survivor, other, NOTE));
            for (int i = 0; i < 3; i++) {
                ExternalId own = ExternalId.of("added", round + " " + i);
                ExternalId to = i == 0 ? left : right;
                added.add(own);
                tasks.add(() -> links.link(List.of(own, to), NOTE));
            }
            atOnce(tasks);
            assertThat(links.resolve(added).values()).hasSize(3).containsOnly(survivor);
            assertThat(links.find(other).orElseThrow().externalIds()).hasSize(5).containsAll(added);
        }
    }

    /** Runs all tasks at once; one that gave way to another is done again, as a host would. */
    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> running = tasks.stream()
                    .map(task -> threads.submit(() -> persist(task)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T persist(Callable<T> task) throws Exception {
        while (true) {
            try {
                return task.call();
            } catch (TransientSyncException e) {
                assertThat(e).hasMessageNotContaining("contested");
            }
        }
    }
}
