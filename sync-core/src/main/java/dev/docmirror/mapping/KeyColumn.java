package dev.docmirror.mapping;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout.KeyForm;

/** The column that holds a document's id. */
record KeyColumn(String name, KeyForm form, ColumnType type) {
    private static final ColumnType HASH = ColumnType.of(Kind.BINARY, 32);

    static KeyColumn text(String name, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("key " + name + ": length must be >= 1, was " + length);
        }
        return new KeyColumn(name, KeyForm.TEXT, ColumnType.of(Kind.VARCHAR, length));
    }

    static KeyColumn hashed(String name) {
        return new KeyColumn(name, KeyForm.SHA_256, HASH);
    }

    private String where(String table) {
        return "column `" + name + "` of table `" + table + "`: ";
    }

    ColumnDefinition definition(boolean nullable) {
        return new ColumnDefinition(name, type, nullable, form == KeyForm.TEXT, new FilledBy.Mapper());
    }

    /** Refuses an id that has no key of its own in this column. */
    void check(String table, DocumentId id) {
        String text = id.value();
        // In UTF-8 all unpaired surrogates become the same question mark, and so would the keys.
        if (ColumnFit.hasUnpairedSurrogate(text)) {
            throw new MappingException(id, where(table) + "the id has an unpaired surrogate");
        }
        if (form == KeyForm.TEXT && ColumnFit.isLonger(text, type.length())) {
            throw new MappingException(id, where(table) + "the id is longer than " + type.length() + " characters");
        }
    }
}
