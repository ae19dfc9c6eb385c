package dev.docmirror.deadletter;

import java.time.Instant;

/**
 * A dead letter as a store keeps it, for people who look after them.
 *
 * @param attempts how often the document has failed since it was mirrored last, or ever
 * @param firstAt when it failed first, by the store's clock
 * @param lastAt when it failed last, by the store's clock
 */
public record ParkedLetter(DeadLetter letter, long attempts, Instant firstAt, Instant lastAt) {}
