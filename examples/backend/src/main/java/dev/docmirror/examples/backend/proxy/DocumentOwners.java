package dev.docmirror.examples.backend.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Remembers in {@code device_documents} whose a document is. It decides where the documents themselves don't: a tombstone
 * names nobody, and of two users who make a document of the same id at once only one may. A device that has a document
 * got it, or sent it, through the proxy, so whatever a device can have is known here. Ids are kept as hashes.
 * Thread-safe, and safe to share by several processes.
 */
final class DocumentOwners {
    private final JdbcTemplate database;

    DocumentOwners(JdbcTemplate database) {
        this.database = database;
    }

    /** Whose documents are; one that is not known is missing. */
    Map<String, String> of(Collection<String> ids) {
        return of(ids, "");
    }

    private Map<String, String> of(Collection<String> ids, String lock) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<String, String> keyed = keyed(ids);
        Map<String, String> owners = new HashMap<>();
        database.query(
                "SELECT HEX(doc_key), owner FROM device_documents WHERE doc_key IN ("
                        + repeated("UNHEX(?)", keyed.size()) + ") " + lock,
                row -> {
                    owners.put(keyed.get(row.getString(1)), row.getString(2));
                },
                keyed.keySet().toArray());
        return owners;
    }

    /** Says whose documents are, as they stand in CouchDB. */
    void record(Collection<String> ids, String owner) {
        Map<String, String> known = of(ids);
        List<String> news =
                ids.stream().filter(id -> !owner.equals(known.get(id))).toList();
        insert(news, owner, "owner = VALUES(owner)");
    }

    /**
     * Says whose documents are, unless they are somebody's already. Of several callers at once one gets a document.
     *
     * @return whose each of them is now
     */
    Map<String, String> claim(Collection<String> ids, String owner) {
        Map<String, String> known = of(ids);
        List<String> free = ids.stream().filter(id -> !known.containsKey(id)).toList();
        insert(free, owner, "owner = owner");
        Map<String, String> all = new HashMap<>(known);
        all.putAll(of(free, "FOR UPDATE"));
        return all;
    }

    private void insert(Collection<String> ids, String owner, String otherwise) {
        if (ids.isEmpty()) {
            return;
        }
        List<Object> values = new ArrayList<>();
        for (String key : keyed(ids).keySet()) { // in order, so that two such statements don't wait for one another
            Collections.addAll(values, key, owner);
        }
        database.update(
                "INSERT INTO device_documents (doc_key, owner) VALUES " + repeated("(UNHEX(?),?)", values.size() / 2)
                        + " ON DUPLICATE KEY UPDATE " + otherwise,
                values.toArray());
    }

    private static Map<String, String> keyed(Collection<String> ids) {
        Map<String, String> keyed = new TreeMap<>();
        ids.forEach(id -> keyed.put(hash(id), id));
        return keyed;
    }

    private static String hash(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String repeated(String placeholder, int times) {
        return String.join(",", Collections.nCopies(times, placeholder));
    }
}
