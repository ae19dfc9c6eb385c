package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.monitor.SyncEvent;

/** Asks the host's mapper what becomes of documents. */
record Mappings(StreamId stream, DocumentMapper mapper) {

    /**
     * What the mapper made of a document.
     *
     * @param type empty if it was skipped
     * @param unknown set if that is because no rule knows its type
     */
    record Mapped(Optional<String> type, List<RowChange> rows, Optional<SyncEvent.TypeUnknown> unknown) {
        boolean skipped() {
            return type.isEmpty();
        }

        /** Where the document has rows now. */
        List<TableKey> tables() {
            List<TableKey> tables = new ArrayList<>(rows.size());
            for (RowChange row : rows) {
                if (!(row instanceof RowChange.Delete)) {
                    tables.add(TableKey.of(row.table()));
                }
            }
            return tables;
        }
    }

    /** @param mirrored what is mirrored of the document at this moment */
    Mapped of(Document target, Optional<MirroredDocument> mirrored, Evidence evidence) {
        Mapping mapping = map(target, mirrored, evidence);
        if (mapping instanceof Mapping.Rows rows) {
            return new Mapped(Optional.of(rows.type()), rows.rows(), Optional.empty());
        }
        Optional<SyncEvent.TypeUnknown> unknown = mapping instanceof Mapping.UnknownType u
                ? Optional.of(new SyncEvent.TypeUnknown(u.type(), target.id()))
                : Optional.empty();
        return new Mapped(Optional.empty(), List.of(), unknown);
    }

    private Mapping map(Document target, Optional<MirroredDocument> mirrored, Evidence evidence) {
        MappingContext context = new MappingContext(stream, mirrored.flatMap(MirroredDocument::type));
        try {
            Collection<IdentityRequest> requests = mapper.identities(target, context);
            return mapper.map(
                    target, requests.isEmpty() ? context : context.withIdentities(evidence.identities(requests)));
        } catch (MappingException | TransientSyncException | Evidence.IdentitiesMissing e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MappingException(
                    target.id(), "the mapper failed with " + e.getClass().getName());
        }
    }

    /** The type the winner would be mirrored as, so that people find a document that nothing is mirrored of. */
    Optional<String> typeOf(DocumentChange change, Evidence evidence) {
        try {
            return of(change.winner(), Optional.empty(), evidence).type();
        } catch (MappingException e) {
            return Optional.empty(); // it is not mirrored now; should it be one day, it is parked with the reason
        }
    }

    /** Whose identities the mapper will most likely have to know. */
    Collection<IdentityRequest> foreseen(List<DocumentChange> changes) {
        MappingContext context = new MappingContext(stream, Optional.empty());
        return changes.stream()
                .flatMap(change -> foreseen(change.winner(), context).stream())
                .toList();
    }

    private Collection<IdentityRequest> foreseen(Document document, MappingContext context) {
        try {
            return mapper.identities(document, context);
        } catch (RuntimeException e) {
            return List.of(); // it comes again when the document is mapped, and is told then
        }
    }
}
