package dev.docmirror.envelope;

import dev.docmirror.envelope.SealedDocuments.Standing;

/**
 * What a re-encryption has done so far. Each version that was read is in exactly one of the other figures. After a kill,
 * what had been rewritten since the progress was stored last is read again, and counts as current.
 *
 * @param read versions of documents that were looked at
 * @param rewritten those with a new envelope; in a dry run those that would get one
 * @param current those that had one already
 * @param plain those that are not sealed
 * @param keyMissing those whose key is not there: run again when it is
 * @param damaged those that don't open
 * @param refused those whose new envelope the store does not take
 * @param overtaken those that were changed meanwhile, and were read again
 */
public record ReEncryptionReport(
        long read,
        long rewritten,
        long current,
        long plain,
        long keyMissing,
        long damaged,
        long refused,
        long overtaken) {
    static final ReEncryptionReport NONE = new ReEncryptionReport(0, 0, 0, 0, 0, 0, 0, 0);

    /** Whether every sealed document lies under the newest key now, or would. */
    public boolean isComplete() {
        return keyMissing == 0 && damaged == 0 && refused == 0;
    }

    ReEncryptionReport plus(Standing standing, long count) {
        return new ReEncryptionReport(
                read + count,
                rewritten + (standing == Standing.OLD ? count : 0),
                current + (standing == Standing.CURRENT ? count : 0),
                plain + (standing == Standing.PLAIN ? count : 0),
                keyMissing + (standing == Standing.KEY_MISSING ? count : 0),
                damaged + (standing == Standing.DAMAGED ? count : 0),
                refused + (standing == Standing.REFUSED ? count : 0),
                overtaken + (standing == Standing.OVERTAKEN ? count : 0));
    }

    /** They were counted as rewritten, and are counted as something else. */
    ReEncryptionReport minusRewritten(long count) {
        return new ReEncryptionReport(
                read - count, rewritten - count, current, plain, keyMissing, damaged, refused, overtaken);
    }
}
