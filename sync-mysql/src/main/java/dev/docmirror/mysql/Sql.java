package dev.docmirror.mysql;

/** Pieces of statements. */
final class Sql {
    private Sql() {}

    /** An identifier, quoted. */
    static String name(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    /** {@code (?,?,?)} */
    static String marks(int count) {
        return "(" + "?,".repeat(count - 1) + "?)";
    }
}
