package dev.docmirror.laws;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.testkit.Documents;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What wrong policies are made of, and one that is right. */
final class Wrong {
    static final Comparator<Document> LIVE = Comparator.comparing(leaf -> !leaf.deleted());
    static final Comparator<Document> REVISION = Comparator.comparing(Document::revision)
            .thenComparing(leaf -> leaf.revision().hash())
            .thenComparing(leaf -> leaf.contentHash().toString())
            .thenComparing(Document::deleted);
    static final Comparator<Document> TIME =
            Comparator.comparing(leaf -> time(leaf).orElse(Instant.MIN));
    static final Comparator<Document> LATEST = TIME.thenComparing(LIVE).thenComparing(REVISION);

    private Wrong() {}

    static ConflictPolicy policy(Function<Conflict, Document> choice) {
        return (conflict, context) -> new Resolution.Choose(choice.apply(conflict), "a rule");
    }

    static ConflictPolicy select(Comparator<Document> order) {
        return policy(conflict -> Collections.max(conflict.leaves(), order));
    }

    static ConflictPolicy guard(Protection protection, Comparator<Document> order) {
        return new ConflictPolicy() {
            @Override
            public Resolution resolve(Conflict conflict, ConflictContext context) {
                return new Resolution.Choose(Collections.max(conflict.leaves(), order), "a guard");
            }

            @Override
            public Protection protection(Document document) {
                return isMarked(document) ? protection : Protection.NONE;
            }
        };
    }

    /** Takes the fields of every leaf, those of a greater one over those of a lesser, and then changes them. */
    static ConflictPolicy merge(BiConsumer<ObjectNode, Conflict> change) {
        return (conflict, context) -> {
            List<Document> live = conflict.leaves().stream()
                    .filter(leaf -> !leaf.deleted())
                    .sorted(LATEST)
                    .toList();
            if (live.stream().map(Document::contentHash).distinct().count() < 2) {
                return new Resolution.Choose(latest(conflict), "nothing to merge");
            }
            ObjectNode merged = live.get(0).body().objectNode();
            live.forEach(leaf -> merged.setAll(leaf.body()));
            change.accept(merged, conflict);
            return new Resolution.Merge(merged, "a merge");
        };
    }

    static Document latest(Conflict conflict) {
        return Collections.max(conflict.leaves(), LATEST);
    }

    static Document last(List<Document> leaves, Comparator<Document> order) {
        return leaves.stream()
                .reduce((a, b) -> order.compare(b, a) >= 0 ? b : a)
                .orElseThrow();
    }

    static Document first(List<Document> leaves, Comparator<Document> order) {
        return leaves.stream().reduce((a, b) -> order.compare(b, a) > 0 ? b : a).orElseThrow();
    }

    static Document mostFrequent(Conflict conflict) {
        Map<ContentHash, Integer> votes = new HashMap<>();
        conflict.leaves().forEach(leaf -> votes.merge(leaf.contentHash(), 1, Integer::sum));
        return Collections.max(
                conflict.leaves(),
                Comparator.<Document, Integer>comparing(leaf -> votes.getOrDefault(leaf.contentHash(), 0))
                        .thenComparing(LATEST));
    }

    static Document copyOfAnotherRevision(Conflict conflict) {
        Document winner = latest(conflict);
        String revision =
                winner.revision().generation() + 1 + "-" + winner.revision().hash();
        return Documents.document(winner.id().value(), revision, winner.text());
    }

    static Document mirroredOrLatest(Conflict conflict) {
        return conflict.mirrored()
                .flatMap(mirrored -> conflict.leaves().stream()
                        .filter(leaf -> leaf.revision().equals(mirrored.revision()))
                        .findFirst())
                .orElseGet(() -> latest(conflict));
    }

    static Resolution reviewOnce(Conflict conflict, ConflictContext context) {
        long live = conflict.leaves().stream()
                .filter(leaf -> !leaf.deleted())
                .map(Document::revision)
                .distinct()
                .count();
        return live > 1 && conflict.mirrored().isEmpty()
                ? new Resolution.Review("several versions")
                : new Resolution.Choose(Collections.min(conflict.leaves(), DocumentChange.COUCHDB_ORDER), "order");
    }

    static boolean isMarked(Document leaf) {
        return !leaf.deleted() && leaf.body().path("signed").asBoolean(false);
    }

    @SuppressWarnings("StringCaseLocaleUsage") // the defect
    static boolean isFinalInThisLocale(Document leaf) {
        return leaf.body().path("status").asString("").toLowerCase().equals("final");
    }

    /** Right: text with an offset, or UTC where there is none, and epoch milliseconds. */
    static Optional<Instant> time(Document leaf) {
        JsonNode value = leaf.body().path("at");
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Optional.of(Instant.ofEpochMilli(value.longValue()));
        }
        return text(value, ZoneOffset.UTC);
    }

    private static Optional<Instant> text(JsonNode value, ZoneId zone) {
        if (!value.isString()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(value.stringValue()).toInstant());
        } catch (DateTimeParseException withoutOffset) {
            try {
                return Optional.of(
                        LocalDateTime.parse(value.stringValue()).atZone(zone).toInstant());
            } catch (DateTimeParseException unreadable) {
                return Optional.empty();
            }
        }
    }

    static Instant timeInThisZone(Document leaf) {
        return text(leaf.body().path("at"), ZoneId.systemDefault()).orElse(Instant.MIN);
    }

    static Instant timeUntilNow(Document leaf) {
        return time(leaf).filter(time -> time.isBefore(Instant.now())).orElse(Instant.MIN);
    }

    static Instant timeInSeconds(Document leaf) {
        JsonNode value = leaf.body().path("at");
        return value.isIntegralNumber() && value.canConvertToInt()
                ? Instant.ofEpochSecond(value.longValue())
                : value.isIntegralNumber() && value.canConvertToLong()
                        ? Instant.ofEpochSecond(Math.min(value.longValue(), 30_000_000_000_000L))
                        : time(leaf).orElse(Instant.MIN);
    }

    static Instant timeOrFailure(Document leaf) {
        JsonNode value = leaf.body().path("at");
        return value.isString()
                ? Instant.parse(value.stringValue())
                : time(leaf).orElse(Instant.MIN);
    }
}
