package dev.docmirror.mysql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class FailuresTest {
    private static final String SECRET = "secret-content";

    @ParameterizedTest
    @CsvSource({
        "1205, HY000", "1213, 40001", "1020, HY000", "1290, HY000", "1040, 08004", "1203, 42000", "1021, HY000",
        "1114, HY000", "3, HY000", "1053, 08S01", "1317, 70100", "1927, 70100", "2006, HY000", "2013, HY000",
        "0, 08S01", "0, 08003", "4031, HY000", "1836, HY000", "3101, 40000"
    })
    void translate_whatHealsByItself_isTransient(int code, String state) {
        assertSilent(translate(code, state), TransientSyncException.class);
    }

    @ParameterizedTest
    @CsvSource({"1045, 28000", "1044, 42000", "1142, 42000", "1143, 42000", "1698, 28000", "0, 28000"})
    void translate_missingRight_isDenied(int code, String state) {
        assertSilent(translate(code, state), AccessDeniedException.class);
    }

    @ParameterizedTest
    @CsvSource({"1146, 42S02", "1054, 42S22", "1049, 42000", "1051, 42S02"})
    void translate_missingObject_isASchemaMismatch(int code, String state) {
        assertSilent(translate(code, state), SchemaMismatchException.class);
    }

    @ParameterizedTest
    @CsvSource({"1064, 42000", "1792, 25006", "1665, HY000", "9999, ZZ999"})
    void translate_anythingElse_isPermanentWithItsCode(int code, String state) {
        SyncException failure = translate(code, state);
        assertSilent(failure, ConfigurationException.class);
        assertThat(failure).hasMessageContaining(String.valueOf(code)).hasMessageContaining(state);
    }

    /** A pool tells of its own timeout first and has the reason behind it. */
    @Test
    void translate_poolTimeoutBecauseOfAWrongPassword_isDenied() {
        SQLException reason = new SQLException(SECRET, "28000", 1045);
        assertSilent(
                Failures.translate(new SQLTransientConnectionException(SECRET, "08S01", 0, reason), "opening"),
                AccessDeniedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Public Key Retrieval is not allowed",
                "RSA public key is not available client side (option serverRsaPublicKeyFile not set)"
            })
    void translate_publicKeyRefusedByTheDriver_saysWhatToSet(String message) {
        SQLException reason = new SQLException(message, "08001", 0);
        SyncException failure =
                Failures.translate(new SQLTransientConnectionException(SECRET, "08001", 0, reason), "opening");
        assertSilent(failure, ConfigurationException.class);
        assertThat(failure).hasMessageContaining("allowPublicKeyRetrieval=true").hasMessageContaining("TLS");
    }

    @Test
    void translate_nestedInOtherExceptions_isFound() {
        Exception nested =
                new IllegalStateException(SECRET, new RuntimeException(new SQLException(SECRET, "40001", 1213)));
        assertSilent(Failures.translate(nested, "writing"), TransientSyncException.class);
    }

    @Test
    void translate_causesInACircle_ends() {
        SQLException one = new SQLException(SECRET, "ZZ999", 1);
        SQLException two = new SQLException(SECRET, "ZZ999", 2, one);
        one.setNextException(two);
        assertSilent(Failures.translate(two, "writing"), ConfigurationException.class);
    }

    @Test
    void translate_noDatabaseError_namesTheClass() {
        assertSilent(
                Failures.translate(new IllegalStateException(SECRET), "writing"), UnexpectedFailureException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1205, HY000, false",
        "1213, 40001, false",
        "1146, 42S02, false",
        "0, 08S01, false",
        "1406, 22001, true",
        "1062, 23000, true",
        "3819, HY000, true",
        "4025, 23000, true",
        "9999, 22999, true",
        "0, 22001, false"
    })
    void isData_codeAndState_tellValuesFromStatements(int code, String state, boolean data) {
        assertThat(Failures.isData(new SQLException(SECRET, state, code))).isEqualTo(data);
    }

    private static SyncException translate(int code, String state) {
        return Failures.translate(new SQLException(SECRET, state, code), "writing to notes");
    }

    private static void assertSilent(SyncException failure, Class<? extends SyncException> type) {
        assertThat(failure).isExactlyInstanceOf(type);
        Exceptions.assertTellsNothingOf(failure, SECRET);
    }
}
