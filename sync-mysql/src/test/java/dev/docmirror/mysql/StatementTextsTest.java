package dev.docmirror.mysql;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The texts that are sent, and how rows are cut into statements. */
class StatementTextsTest {
    private static final TableLayout NOTES = TableLayout.of("notes", "doc_id", "a", "b", "c");

    @Test
    void rowSql_clockColumn_isPartOfTheStatement() {
        BitSet now = new BitSet();
        now.set(1);
        RowSql sql = new RowSql(new RowSql.Shape(NOTES, now, new BitSet(), true, Optional.of("by_doc")));
        assertThat(sql.insert(2))
                .isEqualTo(
                        "INSERT INTO `notes` (`doc_id`,`a`,`b`,`c`) VALUES (?,?,UTC_TIMESTAMP(6),?),(?,?,UTC_TIMESTAMP(6),?)");
        assertThat(sql.update(2))
                .isEqualTo("UPDATE (SELECT ? AS k,? AS c0,? AS c2 UNION ALL SELECT ?,?,?) v STRAIGHT_JOIN `notes` t"
                        + " FORCE INDEX (`by_doc`) ON t.`doc_id`=v.k SET t.`a`=v.c0,t.`b`=UTC_TIMESTAMP(6),t.`c`=v.c2");
        assertThat(sql.updateOne()).isEqualTo("UPDATE `notes` SET `a`=?,`b`=UTC_TIMESTAMP(6),`c`=? WHERE `doc_id`=?");
    }

    @Test
    void rowSql_jsonColumn_isTextWhateverTheDriverSends() {
        BitSet json = new BitSet();
        json.set(0);
        RowSql sql = new RowSql(new RowSql.Shape(NOTES, new BitSet(), json, false, Optional.empty()));
        assertThat(sql.insert(1)).endsWith("VALUES (?,CONVERT(? USING utf8mb4),?,?)");
        assertThat(sql.update(1)).startsWith("UPDATE (SELECT ? AS k,CONVERT(? USING utf8mb4) AS c0,? AS c1,");
        assertThat(sql.updateOne()).startsWith("UPDATE `notes` SET `a`=CONVERT(? USING utf8mb4),`b`=?");
    }

    @Test
    void rowSql_jsonColumnWhereTheDriverSendsText_isInsertedAsItComes() {
        BitSet json = new BitSet();
        json.set(0);
        RowSql sql = new RowSql(new RowSql.Shape(NOTES, new BitSet(), json, true, Optional.empty()));
        assertThat(sql.insert(1)).endsWith("VALUES (?,?,?,?)");
        assertThat(sql.updateOne()).startsWith("UPDATE `notes` SET `a`=CONVERT(? USING utf8mb4),`b`=?");
    }

    @Test
    void rowSql_anyTable_neverUpserts() {
        RowSql sql = new RowSql(new RowSql.Shape(NOTES, new BitSet(), new BitSet(), true, Optional.empty()));
        assertThat(List.of(sql.insert(3), sql.update(3), sql.updateOne()))
                .noneMatch(text -> text.contains("DUPLICATE") || text.contains("REPLACE") || text.contains("IGNORE"));
    }

    @Test
    void rowSql_manyColumns_staysBelowTheMostParameters() {
        String[] columns = new String[1_000];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = "c" + i;
        }
        RowSql sql = new RowSql(new RowSql.Shape(
                TableLayout.of("wide", "doc_id", columns), new BitSet(), new BitSet(), true, Optional.empty()));
        assertThat(sql.mostInserts() * 1_001).isLessThan(65_535);
        assertThat(sql.mostUpdates() * 1_001).isLessThan(65_535);
    }

    @Test
    void chunks_rowsAndBytes_areBoundAndNothingIsLost() {
        List<Integer> sizes = List.of(5, 5, 5, 90, 200, 1, 1, 1, 1);
        assertThat(Chunks.of(sizes, 3, 100, Integer::longValue))
                .containsExactly(List.of(5, 5, 5), List.of(90), List.of(200), List.of(1, 1, 1), List.of(1));
        assertThat(Chunks.of(List.<Integer>of(), 3, 100, Integer::longValue)).isEmpty();
    }

    @Test
    void chunks_even_areAsLargeAsEachOtherButForAShortLastOne() {
        assertThat(Chunks.even(100, 128)).isEqualTo(128);
        assertThat(Chunks.even(300, 128)).isEqualTo(100);
        assertThat(Chunks.even(301, 128)).isEqualTo(100);
        assertThat(Chunks.even(129, 128)).isEqualTo(64);
        assertThat(Chunks.even(0, 128)).isPositive();
    }

    @Test
    void tableKeys_writtenAndRead_areTheSame() {
        TableKeyCodec codec = new TableKeyCodec();
        List<TableKey> tables = List.of(
                new TableKey("patients", "couch_id", KeyForm.TEXT),
                new TableKey("visits$", "doc_key", KeyForm.SHA_256));
        assertThat(codec.write(tables)).isEqualTo("patients:couch_id:t,visits$:doc_key:h");
        assertThat(codec.read(codec.write(tables))).isEqualTo(tables);
        assertThat(codec.read(codec.write(List.of()))).isEmpty();
    }

    @Test
    void ddl_everyAttribute_isWritten() {
        assertThat(MySqlSchema.ddl(MySqlSchemaIT.SESSIONS, MySqlDialect.MYSQL)).isEqualTo("""
                CREATE TABLE `sessions` (
                  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
                  `couch_id` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
                  `uuid` VARCHAR(50) NOT NULL,
                  `stage` ENUM('open','it''s done') NOT NULL DEFAULT 'open',
                  `weight` DECIMAL(5,2) NULL,
                  `notes` TEXT NULL,
                  `meta` JSON NULL,
                  `is_open` TINYINT(1) NOT NULL DEFAULT '1',
                  `started_at` TIMESTAMP(6) NULL,
                  `day` DATE NULL,
                  `created_at` TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
                  `updated_at` DATETIME(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
                  PRIMARY KEY (`id`),
                  UNIQUE KEY (`couch_id`),
                  UNIQUE KEY (`uuid`),
                  KEY (`stage`, `day`)
                ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC""");
        assertThat(MySqlSchema.ddl(MySqlSchemaIT.SESSIONS, MySqlDialect.MARIADB))
                .contains("COLLATE utf8mb4_nopad_bin");
    }
}
