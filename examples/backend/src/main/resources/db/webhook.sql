-- Tries of deliveries that were let in, so that none is let in again.

CREATE TABLE IF NOT EXISTS webhook_tries (
  sender      VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  delivery_id VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signed_at   DATETIME     NOT NULL COMMENT 'UTC',
  PRIMARY KEY (sender, delivery_id, signed_at),
  KEY (signed_at)
);
