-- What the proxy for devices keeps. No content of documents: ids, users, revisions and outcomes.

CREATE TABLE IF NOT EXISTS device_documents (
  doc_key BINARY(32)   NOT NULL COMMENT 'SHA-256 of the id',
  owner   VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (doc_key)
);

CREATE TABLE IF NOT EXISTS device_writes (
  request_id   CHAR(36)     CHARACTER SET ascii NOT NULL,
  position     INT          NOT NULL,
  requested_at DATETIME(6)  NOT NULL COMMENT 'UTC',
  user_name    VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  doc_id       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  action       VARCHAR(8)   CHARACTER SET ascii NOT NULL,
  revision     VARCHAR(80)  CHARACTER SET ascii NULL COMMENT 'the one sent, then the one written',
  outcome      VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'REQUESTED: not known, the database did not answer',
  reason       VARCHAR(191) CHARACTER SET utf8mb4 NULL,
  PRIMARY KEY (request_id, position),
  KEY (user_name, requested_at),
  KEY (doc_id)
);
