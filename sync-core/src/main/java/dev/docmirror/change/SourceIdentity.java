package dev.docmirror.change;

/**
 * Which database a source really is. It is stored with every checkpoint, because a position of one database is
 * accepted by another one, and by a database that was deleted and made anew.
 *
 * @param server what names the server, empty if unknown
 * @param database the database's name on that server, without any credential
 * @param incarnation what differs after the database was deleted and made anew, empty if unknown
 */
public record SourceIdentity(String server, String database, String incarnation) {

    /** Whether both can be the same database: each part that both know is equal. */
    public boolean matches(SourceIdentity other) {
        return agree(server, other.server) && agree(database, other.database) && agree(incarnation, other.incarnation);
    }

    private static boolean agree(String a, String b) {
        return a.isEmpty() || b.isEmpty() || a.equals(b);
    }
}
