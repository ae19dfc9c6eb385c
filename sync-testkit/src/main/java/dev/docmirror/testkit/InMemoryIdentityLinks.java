package dev.docmirror.testkit;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.docmirror.error.LinkRefusedException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.Identity;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.identity.LinkEvent;
import dev.docmirror.identity.LinkEvent.Kind;
import dev.docmirror.identity.LinkNote;

/** Identity links in memory. They pass {@link IdentityLinksContractTest}. Thread-safe. */
public final class InMemoryIdentityLinks implements IdentityLinks {

    /** Where the links can fail or wait. */
    public enum Point {
        RESOLVE,
        /** Any change of links. */
        CHANGE
    }

    private final Clock clock;
    private final Faults<Point> faults = new Faults<>(Point.class);
    private final Map<ExternalId, IdentityId> links = new LinkedHashMap<>();
    /** Every identity that was minted, with the one it is now. */
    private final Map<IdentityId, IdentityId> current = new HashMap<>();

    private final List<LinkEvent> audit = new ArrayList<>();

    /** No links, on the system's clock. */
    public InMemoryIdentityLinks() {
        this(Clock.systemUTC());
    }

    /** @param clock times the audit */
    public InMemoryIdentityLinks(Clock clock) {
        this.clock = clock;
    }

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    @Override
    public Map<ExternalId, IdentityId> resolve(Collection<ExternalId> ids) {
        faults.pass(Point.RESOLVE);
        synchronized (this) {
            Map<ExternalId, IdentityId> found = new HashMap<>(links);
            found.keySet().retainAll(new HashSet<>(ids));
            return found;
        }
    }

    @Override
    public IdentityId link(Collection<ExternalId> same, LinkNote note) {
        faults.pass(Point.CHANGE);
        synchronized (this) {
            Set<IdentityId> known = new HashSet<>(named(same));
            if (known.size() > 1) {
                throw new LinkRefusedException(
                        "the ids name " + known.size() + " different identities; merge them first, if they are one");
            }
            if (same.isEmpty()) {
                throw new IllegalArgumentException("same: must not be empty");
            }
            IdentityId identity = known.isEmpty() ? mint() : known.iterator().next();
            for (ExternalId id : new LinkedHashSet<>(same)) {
                if (links.putIfAbsent(id, identity) == null) {
                    tell(Kind.LINKED, identity, Optional.empty(), Optional.of(id), note);
                }
            }
            return identity;
        }
    }

    @Override
    public IdentityId merge(IdentityId survivor, IdentityId other, LinkNote note) {
        faults.pass(Point.CHANGE);
        synchronized (this) {
            IdentityId to = minted(survivor);
            IdentityId from = minted(other);
            if (to.equals(from)) {
                return to;
            }
            List<ExternalId> moving = idsOf(from);
            current.replaceAll((id, now) -> now.equals(from) ? to : now);
            if (moving.isEmpty()) {
                tell(Kind.MERGED, to, Optional.of(from), Optional.empty(), note);
            }
            move(Kind.MERGED, moving, to, from, note);
            return to;
        }
    }

    @Override
    public IdentityId split(Collection<ExternalId> moving, LinkNote note) {
        faults.pass(Point.CHANGE);
        synchronized (this) {
            Set<ExternalId> leaving = new LinkedHashSet<>(moving);
            List<IdentityId> named = named(leaving);
            if (named.size() != leaving.size() || new HashSet<>(named).size() != 1) {
                throw new LinkRefusedException("the ids must be linked to one and the same identity");
            }
            IdentityId from = named.get(0);
            if (idsOf(from).size() == leaving.size()) {
                throw new LinkRefusedException("some ids must stay with the identity, all were to leave it");
            }
            IdentityId to = mint();
            move(Kind.SPLIT, leaving, to, from, note);
            return to;
        }
    }

    @Override
    public synchronized Optional<Identity> find(IdentityId id) {
        return Optional.ofNullable(current.get(id)).map(now -> new Identity(now, new HashSet<>(idsOf(now))));
    }

    @Override
    public synchronized List<LinkEvent> history(IdentityId id) {
        return audit.stream()
                .filter(event -> event.identity().equals(id) || event.before().equals(Optional.of(id)))
                .toList();
    }

    /** Whom each of the ids names that names anybody. */
    private List<IdentityId> named(Collection<ExternalId> ids) {
        return ids.stream()
                .map(links::get)
                .flatMap(identity -> Optional.ofNullable(identity).stream())
                .toList();
    }

    private List<ExternalId> idsOf(IdentityId identity) {
        return links.entrySet().stream()
                .filter(link -> link.getValue().equals(identity))
                .map(Map.Entry::getKey)
                .toList();
    }

    private IdentityId minted(IdentityId id) {
        IdentityId now = current.get(id);
        if (now == null) {
            throw new LinkRefusedException("identity " + id + " was never minted here");
        }
        return now;
    }

    private IdentityId mint() {
        IdentityId identity = IdentityId.of(UUID.randomUUID().toString());
        current.put(identity, identity);
        return identity;
    }

    private void move(Kind kind, Collection<ExternalId> moving, IdentityId to, IdentityId from, LinkNote note) {
        for (ExternalId id : moving) {
            links.put(id, to);
            tell(kind, to, Optional.of(from), Optional.of(id), note);
        }
    }

    private void tell(
            Kind kind, IdentityId identity, Optional<IdentityId> before, Optional<ExternalId> id, LinkNote note) {
        audit.add(new LinkEvent(
                audit.size() + 1L, clock.instant().truncatedTo(ChronoUnit.MICROS), note, kind, identity, before, id));
    }
}
