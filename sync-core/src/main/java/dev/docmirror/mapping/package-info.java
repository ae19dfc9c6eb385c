/**
 * How documents become rows. A {@link dev.docmirror.mapping.DocumentMapper} is a pure function from a document to
 * {@link dev.docmirror.mapping.RowChange row changes}. A {@link dev.docmirror.mapping.TableDefinition} is what a mapper
 * knows of its tables, for DDL and for the check at the start.
 */
@NullMarked
package dev.docmirror.mapping;

import org.jspecify.annotations.NullMarked;
