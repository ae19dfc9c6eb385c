-- docmirror's own tables, for MySQL 8.0+ and MariaDB 10.6+. MySqlSchema.install applies this file; Flyway and Liquibase
-- can, too. Each statement can be repeated. All times are UTC by the database's clock.

CREATE TABLE IF NOT EXISTS sync_schema_versions (
  version INT NOT NULL PRIMARY KEY,
  description VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  installed_at DATETIME(6) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- One row a stream, with the lease of its worker. The epoch fences: it only grows. mapping: the host's name for the mapping
-- with which dead letters were tried last.
CREATE TABLE IF NOT EXISTS sync_streams (
  stream_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_owner VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  lease_epoch BIGINT NOT NULL DEFAULT 0,
  lease_expires_at DATETIME(6) NULL,
  mapping VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  UNIQUE KEY sync_streams_name (name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- How far a stream is mirrored, and of which source.
CREATE TABLE IF NOT EXISTS sync_checkpoints (
  stream_id INT UNSIGNED NOT NULL PRIMARY KEY,
  position LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  source_server TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  source_database TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  source_incarnation TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  saved_at DATETIME(6) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The registry: which version of each document is mirrored, and where. doc_key is the SHA-256 of the id in UTF-8.
-- mirrored_in lists table:key column:key form, t for text or h for hash. protection: 0 none, 1 signed, 2 locked.
-- is_disputed: sync_conflicts holds open entries of the document.
CREATE TABLE IF NOT EXISTS sync_documents (
  stream_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  mirrored_in TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  generation BIGINT NOT NULL,
  revision_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  content_hash BINARY(32) NOT NULL,
  is_deleted TINYINT NOT NULL,
  protection TINYINT NOT NULL,
  leaf_weight BIGINT NOT NULL,
  leaf_hash BIGINT NOT NULL,
  is_disputed TINYINT NOT NULL,
  PRIMARY KEY (stream_id, doc_key)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The mirrored versions of protected documents, whole, so that later ones can be held against them. The body is the
-- source's own bytes: CONVERT(body USING utf8mb4) shows it.
CREATE TABLE IF NOT EXISTS sync_protected_versions (
  stream_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  revision VARCHAR(275) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  is_deleted TINYINT NOT NULL,
  body LONGBLOB NOT NULL,
  PRIMARY KEY (stream_id, doc_key)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The archive: every losing version once. revision_key is the SHA-256 of the revision. The body is the source's own
-- bytes: CONVERT(body USING utf8mb4) shows it. The times of writing are by the versions' own word, NULL if they have
-- none or it is outside of the years 1000 to 9999. is_resolved = 0: it waits for a person or a later version of the
-- document; what a rule for drafts decided never waited, so nobody resolved it. sync_conflicts_once also finds the
-- entries of a document.
CREATE TABLE IF NOT EXISTS sync_conflicts (
  conflict_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  stream_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  losing_revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  losing_deleted TINYINT NOT NULL,
  losing_written_at DATETIME(6) NULL,
  chosen_revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  chosen_written_at DATETIME(6) NULL,
  outcome VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body LONGBLOB NOT NULL,
  body_hash BINARY(32) NOT NULL,
  revision_key BINARY(32) NOT NULL,
  detected_at DATETIME(6) NOT NULL,
  is_resolved TINYINT NOT NULL,
  resolved_by VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  resolved_at DATETIME(6) NULL,
  resolution_note MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  UNIQUE KEY sync_conflicts_once (stream_id, doc_key, revision_key, body_hash),
  KEY sync_conflicts_open (stream_id, is_resolved, conflict_id),
  KEY sync_conflicts_open_type (stream_id, is_resolved, type, conflict_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Documents whose decisions wait to be written to the source, in the order of write_back_id, which is another one each
-- time the document is remembered.
CREATE TABLE IF NOT EXISTS sync_write_backs (
  write_back_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  stream_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  since DATETIME(6) NOT NULL,
  PRIMARY KEY (stream_id, doc_key),
  UNIQUE KEY sync_write_backs_order (write_back_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Documents that could not be mirrored, one row a document. discarded_at: somebody decided that it need not be, until
-- another version of the document is parked.
CREATE TABLE IF NOT EXISTS sync_dead_letters (
  stream_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  attempts INT UNSIGNED NOT NULL DEFAULT 1,
  first_at DATETIME(6) NOT NULL,
  last_at DATETIME(6) NOT NULL,
  discarded_at DATETIME(6) NULL,
  discarded_by VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  discard_note TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  PRIMARY KEY (stream_id, doc_key),
  KEY sync_dead_letters_newest (stream_id, last_at),
  KEY sync_dead_letters_discarded (stream_id, discarded_at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Rebuilds of streams beside their live tables, at most one a stream, until what was replaced is dropped. phase: FILLING,
-- SWAPPING, SWAPPED or DROPPING. mirror_tables lists table:shadow:replaced, the last one empty where the table is new.
-- definition is the SHA-256 of the tables' DDL.
CREATE TABLE IF NOT EXISTS sync_rebuilds (
  rebuild_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  stream VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live_id INT UNSIGNED NOT NULL,
  shadow_id INT UNSIGNED NOT NULL,
  phase VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mirror_tables LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition BINARY(32) NOT NULL,
  begun_at DATETIME(6) NOT NULL,
  changed_at DATETIME(6) NOT NULL,
  UNIQUE KEY sync_rebuilds_stream (stream)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Identities: one row each, for ever. merged_into leads to the survivor, which is never merged itself.
CREATE TABLE IF NOT EXISTS sync_identities (
  identity_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merged_into VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at DATETIME(6) NOT NULL,
  KEY sync_identities_merged (merged_into)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Whom an external id names. link_key is the SHA-256 of the length of the system's name, the name and the id.
CREATE TABLE IF NOT EXISTS sync_identity_links (
  link_key BINARY(32) NOT NULL PRIMARY KEY,
  identity_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  system_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  external_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  linked_at DATETIME(6) NOT NULL,
  KEY sync_identity_links_identity (identity_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The audit of links, only appended to: whom an id names since then, and whom until then.
CREATE TABLE IF NOT EXISTS sync_identity_audit (
  event_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  identity_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  before_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  system_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  external_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  changed_by VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  changed_at DATETIME(6) NOT NULL,
  KEY sync_identity_audit_identity (identity_id, event_id),
  KEY sync_identity_audit_before (before_id, event_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Inboxes of webhooks. last_number is that of the newest entry, purged_to the highest that was forgotten.
CREATE TABLE IF NOT EXISTS sync_inboxes (
  inbox_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  incarnation CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_number BIGINT NOT NULL DEFAULT 0,
  purged_to BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY sync_inboxes_name (name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- What webhooks delivered. number and generation are given by a reader once the entry is committed, so that numbers
-- come in the order in which entries can be seen. delivery_key is the SHA-256 of the sender's own id of the delivery.
CREATE TABLE IF NOT EXISTS sync_inbox_entries (
  entry_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  inbox_id INT UNSIGNED NOT NULL,
  delivery_key BINARY(32) NOT NULL,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body LONGBLOB NOT NULL,
  body_bytes BIGINT NOT NULL,
  number BIGINT NULL,
  generation BIGINT NULL,
  received_at DATETIME(6) NOT NULL,
  UNIQUE KEY sync_inbox_entries_delivery (inbox_id, delivery_key),
  UNIQUE KEY sync_inbox_entries_number (inbox_id, number),
  KEY sync_inbox_entries_document (inbox_id, doc_key, number)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- How many deliveries each document had; stays when its entries are purged.
CREATE TABLE IF NOT EXISTS sync_inbox_documents (
  inbox_id INT UNSIGNED NOT NULL,
  doc_key BINARY(32) NOT NULL,
  generation BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, doc_key)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The queue: operations of the host's that wait to be written to the source, and those that were, until they are purged.
-- It holds patient data: body and pin_body are documents and patches, as the exact bytes of their JSON
-- (CONVERT(body USING utf8mb4) shows them), id and user_id name people. operation_id is the order of the operations on a
-- document. is_open = 0: final. claim_at: when an operation can be claimed, which is when its lease ends while it is
-- PROCESSING; NULL if it is final, stuck, or parked by a claim that found an older open one on the same document.
-- claim_token fences: it grows with each claim. pin_*: the edit that may have been sent.
CREATE TABLE IF NOT EXISTS sync_queue (
  operation_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  doc_key BINARY(32) NOT NULL,
  id LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body LONGBLOB NULL,
  base_revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  base_version BIGINT NULL,
  user_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  device_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  client_time VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  delay_nanos BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_open TINYINT NOT NULL,
  attempts INT NOT NULL,
  enqueued_at DATETIME(6) NOT NULL,
  due_at DATETIME(6) NULL,
  changed_at DATETIME(6) NOT NULL,
  claim_at DATETIME(6) NULL,
  claim_token BIGINT NOT NULL,
  worker VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  pin_parent MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  pin_deleted TINYINT NULL,
  pin_body LONGBLOB NULL,
  result_revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  server_revision MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  KEY sync_queue_claim (claim_at, operation_id),
  KEY sync_queue_types (type, claim_at, operation_id),
  KEY sync_queue_document (doc_key, is_open, operation_id),
  KEY sync_queue_states (state, changed_at, enqueued_at),
  KEY sync_queue_devices (device_id, state)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The documents of the queue. Whoever enqueues holds the document's row until the end of its transaction, so that the
-- operations on a document become visible in their order. newest: the newest operation that is not final, or one that
-- was the newest of all when it became final.
CREATE TABLE IF NOT EXISTS sync_queue_documents (
  doc_key BINARY(32) NOT NULL PRIMARY KEY,
  newest BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- Changes of state that are not in the audit's chain yet, written together with the change. Whoever chains moves them:
-- so no transaction of the host's ever waits for the chain.
CREATE TABLE IF NOT EXISTS sync_queue_changes (
  change_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  operation_id BIGINT UNSIGNED NOT NULL,
  changed_at DATETIME(6) NOT NULL,
  changed_by VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  from_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  to_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The audit, only inserted into: each change of state once, with a hash over itself and the entry before. No content.
CREATE TABLE IF NOT EXISTS sync_queue_audit (
  audit_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  operation_id BIGINT UNSIGNED NOT NULL,
  changed_at DATETIME(6) NOT NULL,
  changed_by VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  from_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  to_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  hash BINARY(32) NOT NULL,
  KEY sync_queue_audit_operation (operation_id, audit_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- The end of the chain, one row: whoever chains holds it.
CREATE TABLE IF NOT EXISTS sync_queue_chain (
  chain_id TINYINT NOT NULL PRIMARY KEY,
  audit_id BIGINT UNSIGNED NOT NULL,
  hash BINARY(32) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

INSERT INTO sync_queue_chain (chain_id, audit_id, hash)
VALUES (1, 0, UNHEX(REPEAT('0', 64)))
ON DUPLICATE KEY UPDATE chain_id = sync_queue_chain.chain_id;

INSERT INTO sync_schema_versions (version, description, installed_at)
VALUES (1, 'docmirror', UTC_TIMESTAMP(6))
ON DUPLICATE KEY UPDATE version = version;
