package dev.docmirror.examples.backend.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.Superseded;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The versions of a conflict that a person decides about: leaves, and archived ones that wait. */
final class Versions {
    private final List<Document> all;
    private final Map<String, ConflictView.Difference> differences;

    private Versions(List<Document> all, Map<String, ConflictView.Difference> differences) {
        this.all = all;
        this.differences = differences;
    }

    static Versions of(ConflictView view) {
        List<Document> all = new ArrayList<>(view.leaves());
        all.removeIf(Superseded::marks);
        view.archived().stream()
                .filter(ArchiveEntry::isOpen)
                .map(entry -> entry.conflict().loser())
                .filter(loser ->
                        all.stream().noneMatch(known -> known.revision().equals(loser.revision())))
                .forEach(all::add);
        return new Versions(
                all,
                view.differences().stream()
                        .collect(Collectors.toMap(ConflictView.Difference::pointer, Function.identity())));
    }

    List<Document> all() {
        return all;
    }

    /**
     * A body put together by a person.
     *
     * @param base the version that everything comes from that is not in {@code fields}
     * @param fields JSON Pointers of fields that differ, each with the revision that it is taken from
     */
    ObjectNode merged(Revision base, Map<String, String> fields) {
        ObjectNode merged = all.stream()
                .filter(version -> version.revision().equals(base))
                .findFirst()
                .orElseThrow(() -> unprocessable("base: is none of the versions"))
                .body()
                .deepCopy();
        fields.forEach((pointer, from) -> {
            ConflictView.Difference difference = differences.get(pointer);
            if (difference == null) {
                throw unprocessable("fields: names one in which the versions do not differ");
            }
            Revision source = revision(from);
            if (all.stream().noneMatch(version -> version.revision().equals(source))) {
                throw unprocessable("fields: names a revision that is none of the versions");
            }
            put(
                    merged,
                    JsonPointer.compile(pointer),
                    Optional.ofNullable(difference.values().get(source)));
        });
        return merged;
    }

    /** Arrays are compared as a whole, so a pointer leads through objects only. */
    private static void put(ObjectNode document, JsonPointer field, Optional<JsonNode> value) {
        String name = field.last().getMatchingProperty();
        if (value.isPresent()) {
            document.withObject(field.head(), JsonNode.OverwriteMode.ALL, true).set(name, value.get());
        } else if (document.at(field.head()) instanceof ObjectNode parent) {
            parent.remove(name);
        }
    }

    static Revision revision(@Nullable String text) {
        try {
            return Revision.of(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw unprocessable("a revision is missing or malformed");
        }
    }

    static ResponseStatusException unprocessable(String detail) {
        return new ResponseStatusException(HttpStatus.UNPROCESSABLE_CONTENT, detail);
    }
}
