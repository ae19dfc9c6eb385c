package dev.docmirror.mysql;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import dev.docmirror.error.LinkRefusedException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;

/**
 * Statements on {@code sync_identities} and {@code sync_identity_links}. Whoever changes the links of an identity holds
 * its row until the end of the transaction; rows of links are touched in the order of their keys. What locks names its
 * index: in a small table the server would rather look at every row, and wait for those that others hold.
 */
final class IdentityRows {
    private static final int KEYS = 2_000;
    private static final int ROWS = 500;
    private static final String LINK = "(?,?,?,?,UTC_TIMESTAMP(6))";
    private static final String BY_KEY = " FORCE INDEX (PRIMARY)";
    private static final String INSERT =
            "INSERT INTO sync_identity_links (link_key, identity_id, system_name, external_id, linked_at) VALUES ";

    private static final Repeated INSERT_MISSING =
            new Repeated(INSERT, LINK, "," + LINK, " ON DUPLICATE KEY UPDATE link_key = link_key", ROWS);

    private static final String IDENTITY = "(?,UTC_TIMESTAMP(6))";
    private static final Repeated INSERT_IDENTITIES = new Repeated(
            "INSERT INTO sync_identities (identity_id, created_at) VALUES ", IDENTITY, "," + IDENTITY, "", ROWS);

    private final Connection connection;

    IdentityRows(Connection connection) {
        this.connection = connection;
    }

    /** Ids by their keys, each once. */
    static SortedMap<DocKey, ExternalId> keyed(Collection<ExternalId> ids) {
        SortedMap<DocKey, ExternalId> keyed = new TreeMap<>();
        ids.forEach(id -> keyed.put(key(id), id));
        return keyed;
    }

    private static DocKey key(ExternalId id) {
        byte[] system = Unicode.bytes(id.system());
        byte[] own = Unicode.bytes(id.id());
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + system.length + own.length);
        bytes.putInt(system.length).put(system).put(own);
        return new DocKey(DocKey.sha256(bytes.array()));
    }

    static IdentityId mint() {
        return IdentityId.of(UUID.randomUUID().toString());
    }

    /**
     * Whom ids name; those that name nobody are missing.
     *
     * @param lock whether to hold the rows, and to see what was committed after this transaction began
     */
    Map<ExternalId, IdentityId> named(SortedMap<DocKey, ExternalId> ids, boolean lock) throws SQLException {
        Map<ExternalId, IdentityId> named = new HashMap<>();
        List<DocKey> keys = new ArrayList<>(ids.keySet());
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT link_key, identity_id FROM sync_identity_links" + BY_KEY
                            + " WHERE link_key IN " + Sql.marks(chunk.size())
                            + (lock ? " ORDER BY link_key FOR UPDATE" : ""))) {
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setBytes(i + 1, chunk.get(i).bytes());
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        ExternalId id = ids.get(new DocKey(row.getBytes(1)));
                        if (id != null) {
                            named.put(id, IdentityId.of(row.getString(2)));
                        }
                    }
                }
            }
        }
        return named;
    }

    /**
     * Holds an identity until the end of the transaction, or the one it was merged into.
     *
     * @throws LinkRefusedException if it was never minted
     */
    IdentityId lock(IdentityId id) throws SQLException {
        IdentityId next = id;
        while (true) {
            Optional<IdentityId> survivor;
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT merged_into FROM sync_identities WHERE identity_id = ? FOR UPDATE")) {
                statement.setString(1, next.value());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        throw new LinkRefusedException("identity " + next + " was never minted here");
                    }
                    survivor = Optional.ofNullable(row.getString(1)).map(IdentityId::of);
                }
            }
            if (survivor.isEmpty()) {
                return next;
            }
            next = survivor.get();
        }
    }

    void addIdentities(Collection<IdentityId> minted) throws SQLException {
        for (List<IdentityId> chunk : Chunks.of(List.copyOf(minted), ROWS, Long.MAX_VALUE, id -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT_IDENTITIES.rows(chunk.size()))) {
                int index = 1;
                for (IdentityId identity : chunk) {
                    statement.setString(index++, identity.value());
                }
                statement.executeUpdate();
            }
        }
    }

    /** Links an id that names nobody. */
    void add(DocKey key, ExternalId id, IdentityId identity) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT + LINK)) {
            bind(statement, 1, key, id, identity);
            statement.executeUpdate();
        } catch (SQLException e) {
            if (e.getErrorCode() == Failures.DUPLICATE) {
                throw new LinksChangedException();
            }
            throw e;
        }
    }

    /** Links the ids that name nobody; the others stay as they are. */
    void addMissing(SortedMap<DocKey, ExternalId> ids, Map<ExternalId, IdentityId> identities) throws SQLException {
        List<Map.Entry<DocKey, ExternalId>> all = List.copyOf(ids.entrySet());
        for (List<Map.Entry<DocKey, ExternalId>> chunk : Chunks.of(all, ROWS, Long.MAX_VALUE, link -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT_MISSING.rows(chunk.size()))) {
                int index = 1;
                for (Map.Entry<DocKey, ExternalId> link : chunk) {
                    IdentityId identity = identities.get(link.getValue());
                    if (identity == null) {
                        throw new IllegalStateException("each id needs an identity");
                    }
                    index = bind(statement, index, link.getKey(), link.getValue(), identity);
                }
                statement.executeUpdate();
            }
        }
    }

    private static int bind(PreparedStatement statement, int first, DocKey key, ExternalId id, IdentityId identity)
            throws SQLException {
        int index = first;
        statement.setBytes(index++, key.bytes());
        statement.setString(index++, identity.value());
        statement.setString(index++, id.system());
        statement.setString(index++, id.id());
        return index;
    }

    /** The links of an identity that this transaction holds, as they are now. */
    SortedMap<DocKey, ExternalId> held(IdentityId identity) throws SQLException {
        SortedMap<DocKey, ExternalId> links = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT link_key, system_name, external_id FROM sync_identity_links FORCE INDEX (sync_identity_links_identity)"
                        + " WHERE identity_id = ? FOR UPDATE")) {
            statement.setString(1, identity.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    links.put(new DocKey(row.getBytes(1)), ExternalId.of(row.getString(2), row.getString(3)));
                }
            }
        }
        return links;
    }

    void move(Collection<DocKey> keys, IdentityId to) throws SQLException {
        for (List<DocKey> chunk : Chunks.of(List.copyOf(keys), KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE sync_identity_links" + BY_KEY
                    + " SET identity_id = ? WHERE link_key IN " + Sql.marks(chunk.size()))) {
                statement.setString(1, to.value());
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setBytes(i + 2, chunk.get(i).bytes());
                }
                statement.executeUpdate();
            }
        }
    }

    /** From now on the merged one, and what was merged into it before, lead to the survivor. */
    void redirect(IdentityId merged, IdentityId survivor) throws SQLException {
        for (String where : List.of(
                " FORCE INDEX (sync_identities_merged) SET merged_into = ? WHERE merged_into = ?",
                BY_KEY + " SET merged_into = ? WHERE identity_id = ?")) {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE sync_identities" + where)) {
                statement.setString(1, survivor.value());
                statement.setString(2, merged.value());
                statement.executeUpdate();
            }
        }
    }

    /** The identity that another one is now, with its links; empty if it was never minted. */
    Map<IdentityId, List<ExternalId>> find(IdentityId id) throws SQLException {
        Map<IdentityId, List<ExternalId>> found = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COALESCE(i.merged_into, i.identity_id), l.system_name, l.external_id FROM sync_identities i"
                        + " LEFT JOIN sync_identity_links l ON l.identity_id = COALESCE(i.merged_into, i.identity_id)"
                        + " WHERE i.identity_id = ?")) {
            statement.setString(1, id.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<ExternalId> ids =
                            found.computeIfAbsent(IdentityId.of(row.getString(1)), now -> new ArrayList<>());
                    if (row.getString(2) != null) {
                        ids.add(ExternalId.of(row.getString(2), row.getString(3)));
                    }
                }
            }
        }
        return found;
    }
}
