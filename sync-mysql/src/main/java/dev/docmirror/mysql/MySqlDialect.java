package dev.docmirror.mysql;

import java.util.Locale;

/** Where the two servers differ. */
public enum MySqlDialect {
    /** MySQL 8.0 and later, and what is made from it. */
    MYSQL("utf8mb4_0900_bin", "transaction_isolation"),
    /** MariaDB 10.6 and later. */
    MARIADB("utf8mb4_nopad_bin", "tx_isolation");

    private final String exactCollation;
    private final String isolationVariable;

    MySqlDialect(String exactCollation, String isolationVariable) {
        this.exactCollation = exactCollation;
        this.isolationVariable = isolationVariable;
    }

    static MySqlDialect ofVersion(String version) {
        return version.toLowerCase(Locale.ROOT).contains("mariadb") ? MARIADB : MYSQL;
    }

    /** The collation of utf8mb4 under which two texts are equal only if each character is, trailing spaces included. */
    String exactCollation() {
        return exactCollation;
    }

    String isolationVariable() {
        return isolationVariable;
    }
}
