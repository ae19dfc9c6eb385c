package dev.docmirror.queue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One change of an operation's state, chained to the entry before by its hash. It holds no document content.
 *
 * @param sequence 1 for a queue's first entry, without gaps
 * @param operation the operation's number
 * @param at when, by the store's clock, cut to microseconds
 * @param by who: a user, a worker
 * @param from the state before; empty when the operation came
 * @param to the state after; the same as before where another operation was folded in
 * @param reason why
 * @param hash SHA-256 over the hash of the entry before and all other fields, 64 hexadecimal digits
 */
public record AuditEntry(
        long sequence,
        long operation,
        Instant at,
        String by,
        Optional<OperationState> from,
        OperationState to,
        Optional<String> reason,
        String hash) {
    private static final String BEGINNING = "0".repeat(64);

    /** The entry that follows on another. */
    public static AuditEntry after(
            Optional<AuditEntry> previous,
            long operation,
            Instant at,
            String by,
            Optional<OperationState> from,
            OperationState to,
            Optional<String> reason) {
        long sequence = previous.map(AuditEntry::sequence).orElse(0L) + 1;
        Instant time = at.truncatedTo(ChronoUnit.MICROS);
        AuditEntry open = new AuditEntry(sequence, operation, time, by, from, to, reason, "");
        return open.sealed(previous.map(AuditEntry::hash).orElse(BEGINNING));
    }

    /** Whether this entry follows on that one, and is as it was written. */
    public boolean isAfter(Optional<AuditEntry> previous) {
        return sequence == previous.map(AuditEntry::sequence).orElse(0L) + 1
                && equals(sealed(previous.map(AuditEntry::hash).orElse(BEGINNING)));
    }

    private AuditEntry sealed(String previousHash) {
        return new AuditEntry(sequence, operation, at, by, from, to, reason, hash(previousHash));
    }

    private String hash(String previousHash) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            text(out, Optional.of(previousHash));
            out.writeLong(sequence);
            out.writeLong(operation);
            out.writeLong(at.getEpochSecond());
            out.writeInt(at.getNano());
            text(out, Optional.of(by));
            text(out, from.map(OperationState::name));
            text(out, Optional.of(to.name()));
            text(out, reason);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Its length goes first, so that no two lists of fields are the same bytes. */
    private static void text(DataOutputStream out, Optional<String> text) throws IOException {
        if (text.isEmpty()) {
            out.writeInt(-1);
            return;
        }
        byte[] encoded = text.get().getBytes(StandardCharsets.UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
    }
}
