package dev.docmirror.reconcile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.docmirror.reconcile.Finding.Kind;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a reconciliation has seen so far. Holds ids, types and counts, no document content.
 *
 * @param listed documents that the source listed, or named as purged
 * @param compared documents whose rows were compared
 * @param counts how many documents were found, by kind and type; the type of an unmapped document is {@code ""}
 * @param findings the first ones, at most {@link #MOST_FINDINGS}
 * @param mended how many documents were mended
 * @param elapsed how long it took
 * @param next where to go on; empty once everything was looked at, never where purges are followed
 */
public record ReconcileReport(
        long listed,
        long compared,
        Map<Kind, Map<String, Long>> counts,
        List<Finding> findings,
        long mended,
        Duration elapsed,
        Optional<ReconcileCursor> next) {
    /** So many documents are named; all are counted. */
    public static final int MOST_FINDINGS = 1_000;

    public ReconcileReport {
        counts = Map.copyOf(counts);
        findings = List.copyOf(findings);
    }

    /** Nothing was looked at. */
    static ReconcileReport begin() {
        return new ReconcileReport(
                0, 0, Map.of(), List.of(), 0, Duration.ZERO, Optional.of(ReconcileCursor.beginning()));
    }

    /** How many documents were found of a kind. */
    public long count(Kind kind) {
        return counts.getOrDefault(kind, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How many documents were found. */
    public long found() {
        long sum = 0;
        for (Kind kind : Kind.values()) {
            sum += count(kind);
        }
        return sum;
    }

    /** Whether everything was looked at and nothing was found. */
    public boolean isClean() {
        return next.isEmpty() && found() == 0;
    }

    ReconcileReport plus(
            long moreListed,
            long moreCompared,
            List<Finding> more,
            long moreMended,
            Duration longer,
            Optional<ReconcileCursor> after) {
        Map<Kind, Map<String, Long>> sums = new EnumMap<>(Kind.class);
        counts.forEach((kind, types) -> sums.put(kind, new TreeMap<>(types)));
        for (Finding finding : more) {
            sums.computeIfAbsent(finding.kind(), kind -> new TreeMap<>())
                    .merge(finding.type().orElse(""), 1L, Long::sum);
        }
        List<Finding> named = new ArrayList<>(findings);
        more.stream().limit(MOST_FINDINGS - named.size()).forEach(named::add);
        return new ReconcileReport(
                listed + moreListed,
                compared + moreCompared,
                sums,
                named,
                mended + moreMended,
                elapsed.plus(longer),
                after);
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %d documents listed, %d compared in %.1f s; %d found, %d mended",
                next.isPresent() ? "in progress" : "complete",
                listed,
                compared,
                elapsed.toMillis() / 1e3,
                found(),
                mended));
        for (Kind kind : Kind.values()) {
            new TreeMap<>(counts.getOrDefault(kind, Map.of()))
                    .forEach((type, count) -> text.append(String.format(
                            Locale.ROOT,
                            "%n  %-8s %-20s %d",
                            kind.name().toLowerCase(Locale.ROOT),
                            type.isEmpty() ? "(no type)" : type,
                            count)));
        }
        return text.toString();
    }

    /** For programs: one JSON object. */
    public String json() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode json = nodes.objectNode()
                .put("complete", next.isEmpty())
                .put("listed", listed)
                .put("compared", compared)
                .put("found", found())
                .put("mended", mended)
                .put("elapsedMillis", elapsed.toMillis());
        ObjectNode kinds = json.putObject("counts");
        for (Kind kind : Kind.values()) {
            ObjectNode types = kinds.putObject(kind.name().toLowerCase(Locale.ROOT));
            new TreeMap<>(counts.getOrDefault(kind, Map.of())).forEach(types::put);
        }
        ArrayNode named = json.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode one = named.addObject()
                    .put("id", finding.id().value())
                    .put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
            finding.type().ifPresent(type -> one.put("type", type));
        }
        next.ifPresent(cursor -> json.put("next", cursor.text()));
        return JsonMapper.shared().writeValueAsString(json);
    }
}
