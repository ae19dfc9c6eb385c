package dev.docmirror.internal;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.Document;
import dev.docmirror.mapping.Mapping;

/**
 * A batch on its way from the fetch thread to the apply thread.
 *
 * @param pollBegan when its poll began
 * @param arrived when it was complete
 * @param mapped what its documents are mapped to, as far as that was worth trying
 */
record Fetched(ChangeBatch batch, long pollBegan, long arrived, CompletableFuture<Map<Document, Mapping>> mapped) {}
