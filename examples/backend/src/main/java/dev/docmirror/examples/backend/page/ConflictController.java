package dev.docmirror.examples.backend.page;

import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.OpenConflicts;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.node.ObjectNode;

/** Lets reviewers see the conflicts that are open, and decide them. */
@RestController
class ConflictController {
    /** By the clinic's rules; of all others the latest version wins by itself. */
    private static final List<String> TYPES = List.of("intake", "note");

    private final ConflictReview review;
    private final LiveEvents events;

    ConflictController(ConflictReview review, LiveEvents events) {
        this.review = review;
        this.events = events;
    }

    /**
     * A page of open conflicts.
     *
     * @param next to be sent as {@code after}; null at the end
     * @param types all types that can wait for somebody
     */
    record Page(List<Item> items, Optional<String> next, List<String> types) {}

    /**
     * An open conflict; of a document with several open versions the first one tells. A document whose versions lie on two
     * pages is on both.
     *
     * @param versions the versions that wait, and the mirrored one
     */
    record Item(
            String id,
            Optional<String> type,
            ArchivedConflict.Outcome outcome,
            String reason,
            Instant detectedAt,
            int versions) {
        static Item of(ArchiveEntry entry) {
            ArchivedConflict conflict = entry.conflict();
            return new Item(
                    conflict.loser().id().value(),
                    conflict.type(),
                    conflict.outcome(),
                    conflict.reason(),
                    entry.detectedAt(),
                    2);
        }

        Item oneMore() {
            return new Item(id, type, outcome, reason, detectedAt, versions + 1);
        }
    }

    /** A decision; which parts it needs depends on what is decided. */
    record Decision(
            @Nullable String token,
            @Nullable String revision,
            @Nullable String base,
            @Nullable Map<String, String> fields,
            @Nullable String reason) {}

    record Decided(String id, String status) {}

    @GetMapping("/api/conflicts")
    Page open(
            @RequestParam Optional<String> type,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") long after) {
        OpenConflicts page =
                new OpenConflicts(type.filter(given -> !given.isBlank()), Optional.empty(), after, Paging.limit(limit));
        List<ArchiveEntry> entries = review.open(page);
        Map<DocumentId, Item> items = new LinkedHashMap<>();
        entries.forEach(
                entry -> items.merge(entry.conflict().loser().id(), Item.of(entry), (first, next) -> first.oneMore()));
        Optional<String> next = Optional.of(entries)
                .filter(full -> full.size() == page.limit())
                .map(full -> Long.toString(full.get(full.size() - 1).number()));
        return new Page(new ArrayList<>(items.values()), next, TYPES);
    }

    @GetMapping("/api/conflict")
    ConflictAnswer show(@RequestParam String id) {
        return review.show(Paging.id(id))
                .filter(view -> view.archived().stream().anyMatch(ArchiveEntry::isOpen))
                .map(ConflictAnswer::of)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no conflict is open here"));
    }

    @PostMapping("/api/conflict/choose")
    Decided choose(@RequestParam String id, @RequestBody Decision decision, Principal reviewer) {
        String reason = reason(decision);
        ConflictView view = shown(id, decision);
        Revision chosen = Versions.revision(decision.revision());
        Optional<ArchiveEntry> archived = view.archived().stream()
                .filter(entry -> entry.conflict().loser().revision().equals(chosen))
                .findFirst();
        if (view.leaves().stream().anyMatch(leaf -> leaf.revision().equals(chosen))) {
            review.choose(view, chosen, reviewer.getName(), reason);
        } else {
            review.restore(
                    view,
                    archived.orElseThrow(() -> Versions.unprocessable("revision: is none of the versions")),
                    reviewer.getName(),
                    reason);
        }
        return decided(view.id());
    }

    @PostMapping("/api/conflict/merge")
    Decided merge(@RequestParam String id, @RequestBody Decision decision, Principal reviewer) {
        String reason = reason(decision);
        ConflictView view = shown(id, decision);
        Map<String, String> fields = decision.fields() == null ? Map.of() : decision.fields();
        ObjectNode merged = Versions.of(view).merged(Versions.revision(decision.base()), fields);
        review.merge(view, merged, reviewer.getName(), reason);
        return decided(view.id());
    }

    @PostMapping("/api/conflict/dismiss")
    Decided dismiss(@RequestParam String id, @RequestBody Decision decision, Principal reviewer) {
        String reason = reason(decision);
        ConflictView view = shown(id, decision);
        review.dismiss(view.id(), reviewer.getName(), reason);
        return decided(view.id());
    }

    private Decided decided(DocumentId id) {
        events.tell("conflict", new SyncStory.Contested(id.value(), Optional.empty(), false));
        return new Decided(id.value(), "RESOLVED");
    }

    private ConflictView shown(String id, Decision decision) {
        String token = decision.token();
        if (token == null) {
            throw Versions.unprocessable("token: has to be the one that was shown");
        }
        return review.shown(Paging.id(id), token);
    }

    private static String reason(Decision decision) {
        String reason = decision.reason();
        if (reason == null || reason.isBlank()) {
            throw Versions.unprocessable("reason: has to say why");
        }
        return reason;
    }
}
