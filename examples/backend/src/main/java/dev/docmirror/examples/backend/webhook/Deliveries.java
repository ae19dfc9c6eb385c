package dev.docmirror.examples.backend.webhook;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

import dev.docmirror.change.DocumentId;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.LinkNote;
import dev.docmirror.mysql.MySqlIdentityLinks;
import dev.docmirror.mysql.MySqlWebhookInbox;
import dev.docmirror.webhook.WebhookDelivery;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes deliveries in: the try, the inbox and the identity are one transaction. A try that is seen twice, byte by byte, is a
 * replay and is refused; a delivery that its sender signs and sends again, because an answer was lost, is answered as the
 * first time and takes effect once. Thread-safe.
 */
final class Deliveries {
    private static final LinkNote NOTE = LinkNote.of("webhook", "the sender's account was made");

    private final MySqlWebhookInbox inbox;
    private final JdbcTemplate database;
    private final TransactionOperations transactions;

    Deliveries(MySqlWebhookInbox inbox, JdbcTemplate database, TransactionOperations transactions) {
        this.inbox = inbox;
        this.database = database;
        this.transactions = transactions;
    }

    /** A document was processed by its sender. */
    void processed(Delivery delivery, DocumentId id, ObjectNode document) {
        inTransaction(delivery, connection -> {
            inbox.append(connection, WebhookDelivery.changed(idOf(delivery), id, document));
            return true;
        });
    }

    /**
     * An account was made by its sender.
     *
     * @return whom the account is of, the same for the same account at any time
     */
    IdentityId created(Delivery delivery, ExternalId account, DocumentId id, ObjectNode user) {
        return inTransaction(delivery, connection -> {
            IdentityId identity = MySqlIdentityLinks.on(connection).link(List.of(account), NOTE);
            user.put("identity", identity.value());
            inbox.append(connection, WebhookDelivery.changed(idOf(delivery), id, user));
            return identity;
        });
    }

    private <T> T inTransaction(Delivery delivery, ConnectionCallback<T> effect) {
        return Objects.requireNonNull(transactions.execute(transaction -> {
            seen(delivery);
            return database.execute(effect);
        }));
    }

    private void seen(Delivery delivery) {
        try {
            database.update(
                    "INSERT INTO webhook_tries (sender, delivery_id, signed_at) VALUES (?,?,?)",
                    delivery.sender(),
                    delivery.id(),
                    utc(delivery.signedAt()));
        } catch (DuplicateKeyException e) {
            throw WebhookGate.refused(HttpStatus.CONFLICT, "this was delivered before");
        }
    }

    private static String idOf(Delivery delivery) {
        return delivery.sender() + "/" + delivery.id();
    }

    /** Forgets tries that are too old to be let in again. */
    int forget(Instant before) {
        return database.update("DELETE FROM webhook_tries WHERE signed_at < ?", utc(before));
    }

    private static LocalDateTime utc(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
