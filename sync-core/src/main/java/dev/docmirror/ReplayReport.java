package dev.docmirror;

/**
 * What came of {@linkplain SyncWorker#replay making documents anew}.
 *
 * @param asked documents that were asked for
 * @param written documents whose rows or registry entry were written
 * @param encrypted documents whose key is not there
 * @param parked documents that can't be mirrored
 * @param gone documents that the source does not know (any more)
 */
public record ReplayReport(long asked, long written, long encrypted, long parked, long gone) {
    /** Nothing was asked for. */
    public static ReplayReport nothing() {
        return new ReplayReport(0, 0, 0, 0, 0);
    }

    /** Both together. */
    public ReplayReport plus(ReplayReport more) {
        return new ReplayReport(
                asked + more.asked,
                written + more.written,
                encrypted + more.encrypted,
                parked + more.parked,
                gone + more.gone);
    }
}
