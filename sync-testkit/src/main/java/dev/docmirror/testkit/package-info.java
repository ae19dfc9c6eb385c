/**
 * Help for tests. Whoever implements an SPI extends its contract test
 * ({@link dev.docmirror.testkit.ChangeFeedContractTest}, {@link dev.docmirror.testkit.MirrorSinkContractTest} and so
 * on) and gives it a fixture; whoever uses docmirror tests with an {@link dev.docmirror.testkit.InMemoryDatabase} and
 * an {@link dev.docmirror.testkit.InMemoryMirror}, which pass those tests and fail on demand.
 */
@NullMarked
package dev.docmirror.testkit;

import org.jspecify.annotations.NullMarked;
