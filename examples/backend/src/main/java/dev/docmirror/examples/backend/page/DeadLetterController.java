package dev.docmirror.examples.backend.page;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.docmirror.ReplayReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.deadletter.ParkedLetter;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The documents that could not be mirrored, and what becomes of them. */
@RestController
class DeadLetterController {
    private final SyncWorker worker;
    private final DeadLetterStore letters;
    private final LiveEvents events;

    DeadLetterController(SyncWorker worker, DeadLetterStore letters, LiveEvents events) {
        this.worker = worker;
        this.letters = letters;
        this.events = events;
    }

    /** A page; {@code next} is to be sent as {@code after}, and missing at the end. */
    record Page(List<Item> items, Optional<String> next) {}

    record Item(
            String id,
            String revision,
            Optional<String> type,
            DeadLetter.Kind kind,
            String reason,
            long attempts,
            Instant parkedAt) {
        static Item of(ParkedLetter parked) {
            DeadLetter letter = parked.letter();
            return new Item(
                    letter.id().value(),
                    letter.revision().toString(),
                    letter.type(),
                    letter.kind(),
                    letter.reason(),
                    parked.attempts(),
                    parked.lastAt());
        }
    }

    record Discard(@Nullable String reason) {}

    /** {@code status} is {@code MIRRORED}, {@code PARKED}, {@code ENCRYPTED}, {@code GONE} or {@code DISCARDED}. */
    record Done(String id, String status) {}

    @GetMapping("/api/dead-letters")
    Page parked(@RequestParam(defaultValue = "50") int limit, @RequestParam Optional<String> after) {
        List<ParkedLetter> page =
                letters.parked(worker.stream(), DeadLetterFilter.all(), after.map(Paging::id), Paging.limit(limit));
        Optional<String> next = Optional.of(page)
                .filter(full -> full.size() == limit)
                .map(full -> full.get(full.size() - 1).letter().id().value());
        return new Page(page.stream().map(Item::of).toList(), next);
    }

    @PostMapping("/api/dead-letter/replay")
    Done replay(@RequestParam String id) throws InterruptedException {
        ReplayReport report = worker.replay(List.of(known(id)));
        events.tell("dead-letter", new SyncStory.Named(id));
        return new Done(id, status(report));
    }

    private static String status(ReplayReport report) {
        if (report.gone() > 0) {
            return "GONE";
        }
        if (report.encrypted() > 0) {
            return "ENCRYPTED";
        }
        return report.parked() > 0 ? "PARKED" : "MIRRORED";
    }

    @PostMapping("/api/dead-letter/discard")
    Done discard(@RequestParam String id, @RequestBody Discard discard, Principal reviewer) {
        String reason = discard.reason();
        if (reason == null || reason.isBlank()) {
            throw Versions.unprocessable("reason: has to say why");
        }
        letters.discard(worker.stream(), List.of(known(id)), reviewer.getName(), reason);
        events.tell("dead-letter", new SyncStory.Named(id));
        return new Done(id, "DISCARDED");
    }

    private DocumentId known(String id) {
        return letters.of(worker.stream(), Paging.id(id))
                .map(DeadLetter::id)
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no such document is a dead letter"));
    }
}
