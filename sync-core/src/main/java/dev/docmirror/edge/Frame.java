package dev.docmirror.edge;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record of the log. Big-endian: magic (4 bytes), length of the body (4), how much of the file was on the disk for
 * certain when the record was written (8), CRC-32C of these and the body (4); the body is the document's hash (16), its
 * session's hash (16), sequence (8), state (1) and the envelope, JSON in UTF-8. The first record has neither document nor
 * sequence; it is the {@link Secret}.
 *
 * @param durable what the head says was on the disk; 0 in a record that was not read
 */
record Frame(Hash document, Hash session, long sequence, PushState state, byte[] envelope, long durable) {
    static final int MAGIC = 0x444d4531;
    static final int HEAD = 20;

    private static final int CHECKED_HEAD = 16;
    private static final int FIXED = 2 * Hash.BYTES + 9;

    static Frame secret(byte[] envelope) {
        return new Frame(Hash.NONE, Hash.NONE, 0, PushState.PUSHED, envelope, 0);
    }

    static Frame of(Hash document, Hash session, LocalDocument state, byte[] envelope) {
        return new Frame(document, session, state.sequence(), state.state(), envelope, 0);
    }

    boolean isSecret() {
        return sequence == 0;
    }

    /** In bytes, with its head. */
    int size() {
        return HEAD + FIXED + envelope.length;
    }

    byte[] bytes(long durableBefore) {
        ByteBuffer all = ByteBuffer.allocate(size());
        all.position(HEAD);
        document.write(all);
        session.write(all);
        all.putLong(sequence).put(code(state)).put(envelope);
        all.putInt(0, MAGIC).putInt(Integer.BYTES, FIXED + envelope.length).putLong(2 * Integer.BYTES, durableBefore);
        CRC32C sum = new CRC32C();
        sum.update(all.array(), 0, CHECKED_HEAD);
        sum.update(all.array(), HEAD, all.capacity() - HEAD);
        return all.putInt(CHECKED_HEAD, (int) sum.getValue()).array();
    }

    private static byte code(PushState state) {
        return switch (state) {
            case PENDING -> 1;
            case PUSHED -> 2;
            case CONFLICTING -> 3;
            case REFUSED -> 4;
        };
    }

    private static Optional<PushState> state(byte code) {
        return Arrays.stream(PushState.values())
                .filter(state -> code(state) == code)
                .findFirst();
    }

    /** What stands before a body. */
    record Head(int length, long durable, int checksum) {

        /** Empty if no record begins here. */
        static Optional<Head> read(ByteBuffer from) {
            if (from.getInt() != MAGIC) {
                return Optional.empty();
            }
            Head head = new Head(from.getInt(), from.getLong(), from.getInt());
            return head.length >= FIXED ? Optional.of(head) : Optional.empty();
        }

        /** The record; empty if this is not the body that was written. */
        Optional<Frame> body(byte[] body) {
            ByteBuffer head = ByteBuffer.allocate(CHECKED_HEAD);
            head.putInt(MAGIC).putInt(length).putLong(durable);
            CRC32C sum = new CRC32C();
            sum.update(head.array());
            sum.update(body);
            if ((int) sum.getValue() != checksum) {
                return Optional.empty();
            }
            ByteBuffer from = ByteBuffer.wrap(body);
            Hash document = Hash.read(from);
            Hash session = Hash.read(from);
            long sequence = from.getLong();
            Optional<PushState> state = state(from.get());
            byte[] envelope = new byte[from.remaining()];
            from.get(envelope);
            return state.map(known -> new Frame(document, session, sequence, known, envelope, durable));
        }
    }
}
