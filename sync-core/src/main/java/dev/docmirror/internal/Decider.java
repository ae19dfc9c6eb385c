package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;

/** Decides what is to be done about a change, from the change and what is mirrored. No I/O. */
final class Decider {
    private final StreamId stream;
    private final DocumentMapper mapper;
    private final ConflictPolicy policy;
    private final ConflictResolver resolver;

    Decider(StreamId stream, DocumentMapper mapper, ConflictPolicy policy) {
        this.stream = stream;
        this.mapper = mapper;
        this.policy = policy;
        this.resolver = new ConflictResolver(stream, policy);
    }

    /**
     * @param confirmed whether the source was asked again, so that a change that looks old is the truth
     */
    Decision decide(DocumentChange change, @Nullable MirroredDocument mirrored, boolean confirmed) {
        Document alarm = null;
        LeafDigest digest = change.digest();
        if (mirrored != null) {
            if (digest.equals(mirrored.leaves())) {
                alarm = alteredBody(change, mirrored);
                if (alarm == null) {
                    return new Decision.Unchanged();
                }
            } else if (digest.weight() < mirrored.leaves().weight() && !confirmed) {
                return new Decision.Suspect(change);
            }
        }
        try {
            return write(change, digest, Optional.ofNullable(mirrored), Optional.ofNullable(alarm));
        } catch (MappingException e) {
            return park(change, mirrored, DeadLetter.Kind.MAPPING, e.getMessage());
        } catch (PolicyFailure e) {
            return park(change, mirrored, DeadLetter.Kind.POLICY, e.getMessage());
        }
    }

    /** The leaf that has the mirrored revision with another body, if there is one. */
    private static @Nullable Document alteredBody(DocumentChange change, MirroredDocument mirrored) {
        for (Document leaf : change.leaves()) {
            if (leaf.revision().equals(mirrored.revision())
                    && leaf.size() > 0
                    && !leaf.contentHash().equals(mirrored.contentHash())) {
                return leaf;
            }
        }
        return null;
    }

    private Decision write(
            DocumentChange change, LeafDigest digest, Optional<MirroredDocument> mirrored, Optional<Document> alarm) {
        for (Document leaf : change.leaves()) {
            if (leaf.size() == 0) {
                leaf.body(); // fails with the reason why it could not be had
            }
        }
        boolean isProtected = mirrored.isPresent() && mirrored.get().protection() != Protection.NONE;
        if (change.leaves().size() == 1 && !isProtected) {
            return target(change.winner(), change.winner(), digest, mirrored, Optional.empty(), alarm);
        }
        ConflictResolver.Outcome decided = resolver.resolve(change, mirrored);
        if (decided.target().isEmpty()) {
            return keep(change, digest, mirrored, decided.resolved(), alarm);
        }
        return target(
                decided.target().get(), decided.basis(), digest, mirrored, Optional.of(decided.resolved()), alarm);
    }

    /** What is mirrored stays; the registry remembers that these leaves were judged. */
    private static Decision keep(
            DocumentChange change,
            LeafDigest digest,
            Optional<MirroredDocument> mirrored,
            Decision.Resolved resolved,
            Optional<Document> alarm) {
        MirroredDocument state = mirrored.map(m -> withLeaves(m, digest))
                .orElseGet(() -> entry(change.winner(), Optional.empty(), List.of(), Protection.NONE, digest));
        return new Decision.Write(
                new DocumentWrite(state, mirrored, List.of()),
                Optional.of(resolved),
                false,
                false,
                Optional.empty(),
                alarm);
    }

    /**
     * @param target the version to mirror
     * @param basis the source's own version it stands for: itself, or CouchDB's winner for a merged one
     */
    private Decision target(
            Document target,
            Document basis,
            LeafDigest digest,
            Optional<MirroredDocument> mirrored,
            Optional<Decision.Resolved> conflict,
            Optional<Document> alarm) {
        // Also where the registry has this very version: its rows may hold a merged body, or have never been written.
        Mapping mapping = map(target, mirrored);
        Protection protection = protection(target);
        if (mapping instanceof Mapping.Rows rows) {
            MirroredDocument state = entry(basis, Optional.of(rows.type()), tables(rows.rows()), protection, digest);
            DocumentWrite write = new DocumentWrite(state, mirrored, rows.rows());
            Optional<Decision.Resolved> typed = conflict.map(c -> c.withType(rows.type()));
            return new Decision.Write(write, typed, false, false, Optional.empty(), alarm);
        }
        MirroredDocument state = entry(basis, Optional.empty(), List.of(), protection, digest);
        DocumentWrite write = new DocumentWrite(state, mirrored, List.of());
        boolean unknown = mapping instanceof Mapping.UnknownType;
        Optional<String> named = mapping instanceof Mapping.UnknownType u ? u.type() : Optional.empty();
        return new Decision.Write(write, conflict, true, unknown, named, alarm);
    }

    private Mapping map(Document target, Optional<MirroredDocument> mirrored) {
        MappingContext context = new MappingContext(stream, mirrored.flatMap(MirroredDocument::type));
        try {
            return mapper.map(target, context);
        } catch (MappingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MappingException(
                    target.id(), "the mapper failed with " + e.getClass().getName());
        }
    }

    private Protection protection(Document target) {
        try {
            return policy.protection(target);
        } catch (MappingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PolicyFailure(e);
        }
    }

    private static List<TableKey> tables(List<RowChange> rows) {
        List<TableKey> tables = new ArrayList<>(rows.size());
        for (RowChange row : rows) {
            if (!(row instanceof RowChange.Delete)) {
                tables.add(TableKey.of(row.table()));
            }
        }
        return tables;
    }

    private static MirroredDocument entry(
            Document version, Optional<String> type, List<TableKey> tables, Protection protection, LeafDigest digest) {
        return new MirroredDocument(
                version.id(),
                type,
                tables,
                version.revision(),
                version.contentHash(),
                version.deleted(),
                protection,
                digest,
                false);
    }

    private static MirroredDocument withLeaves(MirroredDocument m, LeafDigest digest) {
        return new MirroredDocument(
                m.id(),
                m.type(),
                m.tables(),
                m.revision(),
                m.contentHash(),
                m.deleted(),
                m.protection(),
                digest,
                m.disputed());
    }

    private static Decision park(
            DocumentChange change, @Nullable MirroredDocument mirrored, DeadLetter.Kind kind, @Nullable String reason) {
        Revision revision = change.winner().revision();
        Optional<String> type = mirrored == null ? Optional.empty() : mirrored.type();
        return new Decision.Park(
                new DeadLetter(change.id(), revision, type, kind, reason == null ? "no reason given" : reason));
    }

    /** The conflict policy threw; its message may quote the document and is left out. */
    static final class PolicyFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        PolicyFailure(RuntimeException failure) {
            super("the conflict policy failed with " + failure.getClass().getName(), null, false, false);
        }
    }
}
