package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

import dev.docmirror.error.LinkRefusedException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.Identity;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.identity.LinkEvent;
import dev.docmirror.identity.LinkEvent.Kind;
import dev.docmirror.identity.LinkNote;

/**
 * Identity links in {@code sync_identities}, {@code sync_identity_links} and {@code sync_identity_audit}. The tables hold
 * what systems call people: protect them like the documents. Identities are random UUIDs.
 *
 * <p>{@link #of} works in transactions of its own and is thread-safe; {@link #on} works in a transaction of the host's
 * and is as thread-safe as its connection.
 */
public final class MySqlIdentityLinks implements IdentityLinks {
    private static final int TRIES = 10;

    private final Transactions transactions;

    private MySqlIdentityLinks(Transactions transactions) {
        this.transactions = transactions;
    }

    /** @param dataSource stays the host's and is never closed here */
    public static MySqlIdentityLinks of(DataSource dataSource) {
        return new MySqlIdentityLinks(Transactions.own(new Database(dataSource)));
    }

    /**
     * Links that change together with what else the host writes: nothing is committed or rolled back here. Identities
     * that are changed stay locked until the host ends its transaction. After a
     * {@link dev.docmirror.error.TransientSyncException} the host has to roll back and do the whole transaction again.
     *
     * @param connection one that does not commit by itself
     */
    public static MySqlIdentityLinks on(Connection connection) {
        return new MySqlIdentityLinks(Transactions.of(connection));
    }

    @Override
    public Map<ExternalId, IdentityId> resolve(Collection<ExternalId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return transactions.read(
                "reading identity links",
                connection -> new IdentityRows(connection).named(IdentityRows.keyed(ids), false));
    }

    @Override
    public IdentityId link(Collection<ExternalId> same, LinkNote note) {
        if (same.isEmpty()) {
            throw new IllegalArgumentException("same: must not be empty");
        }
        SortedMap<DocKey, ExternalId> ids = IdentityRows.keyed(same);
        return change("linking an identity", (connection, sure) -> {
            IdentityRows rows = new IdentityRows(connection);
            Map<ExternalId, IdentityId> known = rows.named(ids, sure);
            Set<IdentityId> identities = new HashSet<>(known.values());
            if (identities.size() > 1) {
                throw refusal(
                        sure,
                        "the ids name " + identities.size()
                                + " different identities; merge them first, if they are one");
            }
            IdentityId identity;
            if (known.isEmpty()) {
                identity = IdentityRows.mint();
                rows.addIdentities(List.of(identity));
            } else {
                identity = rows.lock(identities.iterator().next());
                check(rows, ids, known.keySet(), identity);
            }
            Map<ExternalId, IdentityId> added = new HashMap<>();
            for (Map.Entry<DocKey, ExternalId> id : ids.entrySet()) {
                if (!known.containsKey(id.getValue())) {
                    rows.add(id.getKey(), id.getValue(), identity);
                    added.put(id.getValue(), identity);
                }
            }
            IdentityAudit.linked(connection, added, note);
            return identity;
        });
    }

    /** Fails unless the ids still name the identity, which is held by now. */
    private static void check(
            IdentityRows rows, SortedMap<DocKey, ExternalId> ids, Set<ExternalId> known, IdentityId identity)
            throws SQLException {
        SortedMap<DocKey, ExternalId> checked = new TreeMap<>(ids);
        checked.values().retainAll(known);
        Map<ExternalId, IdentityId> now = rows.named(checked, true);
        if (now.size() != known.size() || !Set.of(identity).containsAll(now.values())) {
            throw new LinksChangedException();
        }
    }

    @Override
    public Map<ExternalId, IdentityId> linkEach(Collection<ExternalId> ids, LinkNote note) {
        Map<ExternalId, IdentityId> known = new HashMap<>(resolve(ids));
        SortedMap<DocKey, ExternalId> unknown = IdentityRows.keyed(ids);
        unknown.values().removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            known.putAll(change("linking identities", (connection, sure) -> {
                IdentityRows rows = new IdentityRows(connection);
                Map<ExternalId, IdentityId> minted = new HashMap<>();
                unknown.values().forEach(id -> minted.put(id, IdentityRows.mint()));
                rows.addMissing(unknown, minted);
                Map<ExternalId, IdentityId> named = rows.named(unknown, true);
                minted.entrySet().retainAll(named.entrySet()); // the others were linked by somebody else
                rows.addIdentities(minted.values());
                IdentityAudit.linked(connection, minted, note);
                return named;
            }));
        }
        return known;
    }

    @Override
    public IdentityId merge(IdentityId survivor, IdentityId other, LinkNote note) {
        return change("merging identities", (connection, sure) -> {
            IdentityRows rows = new IdentityRows(connection);
            boolean ordered = survivor.value().compareTo(other.value()) < 0;
            IdentityId first = rows.lock(ordered ? survivor : other);
            IdentityId second = rows.lock(ordered ? other : survivor);
            IdentityId to = ordered ? first : second;
            IdentityId from = ordered ? second : first;
            if (!to.equals(from)) {
                SortedMap<DocKey, ExternalId> moving = rows.held(from);
                rows.move(moving.keySet(), to);
                rows.redirect(from, to);
                IdentityAudit.moved(connection, Kind.MERGED, moving.values(), from, to, note);
            }
            return to;
        });
    }

    @Override
    public IdentityId split(Collection<ExternalId> moving, LinkNote note) {
        SortedMap<DocKey, ExternalId> ids = IdentityRows.keyed(moving);
        return change("splitting an identity", (connection, sure) -> {
            IdentityRows rows = new IdentityRows(connection);
            Map<ExternalId, IdentityId> known = rows.named(ids, sure);
            Set<IdentityId> identities = new HashSet<>(known.values());
            if (known.size() != ids.size() || identities.size() != 1) {
                throw refusal(sure, "the ids must be linked to one and the same identity");
            }
            IdentityId from = rows.lock(identities.iterator().next());
            check(rows, ids, known.keySet(), from);
            if (rows.held(from).size() == ids.size()) {
                throw refusal(sure, "some ids must stay with the identity, all were to leave it");
            }
            IdentityId to = IdentityRows.mint();
            rows.addIdentities(List.of(to));
            rows.move(ids.keySet(), to);
            IdentityAudit.moved(connection, Kind.SPLIT, ids.values(), from, to, note);
            return to;
        });
    }

    @Override
    public Optional<Identity> find(IdentityId id) {
        return transactions.read(
                "reading an identity",
                connection -> new IdentityRows(connection)
                        .find(id).entrySet().stream()
                                .map(found -> new Identity(found.getKey(), new HashSet<>(found.getValue())))
                                .findFirst());
    }

    @Override
    public List<LinkEvent> history(IdentityId id) {
        return transactions.read("reading the audit of links", connection -> IdentityAudit.of(connection, id));
    }

    /** A change that may find out that what it read was not the newest. */
    @FunctionalInterface
    private interface Change<T> {
        /** @param sure whether to lock what is read, so that it is true until the end */
        T with(Connection connection, boolean sure) throws SQLException;
    }

    /**
     * The first try reads without locks: in a transaction of the host's with REPEATABLE READ, a lock on an id that is
     * not there keeps others from linking any that is near it.
     */
    private <T> T change(String doing, Change<T> change) {
        for (int tries = 1; ; tries++) {
            boolean sure = tries > 1;
            try {
                return transactions.change(doing, connection -> change.with(connection, sure));
            } catch (LinksChangedException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static RuntimeException refusal(boolean sure, String reason) {
        return sure ? new LinkRefusedException(reason) : new LinksChangedException();
    }
}
