package dev.docmirror.campaign;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.TableDefinition;

/** A mapper that listens to what the values around it say of themselves. */
record Telltale(Leaks leaks, DocumentMapper mapper) implements DocumentMapper {

    @Override
    public Mapping map(Document document, MappingContext context) {
        leaks.of(document);
        leaks.of(document.contentHash());
        leaks.of(context);
        Mapping mapping;
        try {
            mapping = mapper.map(document, context);
        } catch (dev.docmirror.error.MappingException e) {
            leaks.trace(e);
            throw e;
        }
        if (mapping instanceof Mapping.Rows rows) {
            leaks.of(rows);
            rows.rows().forEach(leaks::of);
        }
        return mapping;
    }

    @Override
    public List<TableDefinition> tables() {
        return mapper.tables();
    }

    @Override
    public String toString() {
        return "telltale of " + mapper;
    }
}
