package dev.docmirror.couchdb;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Answers of {@code _changes} and {@code _bulk_get} as CouchDB writes them. */
final class Pages {
    private Pages() {}

    static String row(String id, String revision) {
        return row(id, revision, "\"n\":1");
    }

    static String row(String id, String revision, String fields) {
        return "{\"seq\":null,\"id\":\"" + id + "\",\"changes\":[{\"rev\":\"" + revision + "\"}],\"doc\":"
                + doc(id, revision, fields) + "}";
    }

    static String doc(String id, String revision, String fields) {
        return "{\"_id\":\"" + id + "\",\"_rev\":\"" + revision + "\"," + fields + "}";
    }

    /** A row that lists leaves, with the first one's body. */
    static String conflict(String id, String... revisions) {
        String changes = Stream.of(revisions)
                .map(revision -> "{\"rev\":\"" + revision + "\"}")
                .collect(Collectors.joining(","));
        return "{\"seq\":null,\"id\":\"" + id + "\",\"changes\":[" + changes + "],\"doc\":"
                + doc(id, revisions[0], "\"n\":1") + "}";
    }

    static String page(String lastSeq, long pending, String... rows) {
        return "{\"results\":[\n" + String.join(",\r\n", rows) + "\n],\n\"last_seq\":\"" + lastSeq + "\",\"pending\":"
                + pending + "}\n\n";
    }

    static String[] rows(int count) {
        return IntStream.range(0, count).mapToObj(i -> row("d" + i, "1-a")).toArray(String[]::new);
    }

    static String found(String id, String... docs) {
        List<String> ok = Stream.of(docs).map(doc -> "{\"ok\":" + doc + "}").toList();
        return "{\"id\":\"" + id + "\",\"docs\":[" + String.join(",", ok) + "]}";
    }

    static String missing(String id, String revision) {
        return "{\"id\":\"" + id + "\",\"docs\":[{\"error\":{\"rev\":\"" + revision
                + "\",\"reason\":\"missing\",\"id\":\"" + id + "\",\"error\":\"not_found\"}}]}";
    }

    static String bulk(String... results) {
        return "{\"results\":[" + String.join(",", results) + "]}\n";
    }
}
