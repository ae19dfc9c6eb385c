package dev.docmirror.testkit.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The first packet that a MySQL or MariaDB server sends to a client: it is up when it says its version, and saying so
 * needs neither a driver nor an account.
 *
 * @param version as the server tells it, such as {@code 8.0.31} or {@code 11.4.5-MariaDB}
 * @see
 *     <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html">
 *     Protocol::HandshakeV10</a>
 */
record MySqlHandshake(String version) {

    private static final int PROTOCOL = 10;
    private static final int LONGEST_VERSION = 128;

    /** MariaDB puts this in front, so that old replicas don't take it for a MySQL 10. */
    private static final String REPLICATION_PREFIX = "5.5.5-";

    /** Empty if nothing answers, or something else than a server that takes connections. */
    static Optional<MySqlHandshake> read(String host, int port, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(4); // length and number of the packet
            if (in.readUnsignedByte() != PROTOCOL) {
                return Optional.empty(); // an error packet, such as "too many connections"
            }
            byte[] version = new byte[LONGEST_VERSION];
            int length = 0;
            for (byte next = in.readByte(); next != 0 && length < version.length; next = in.readByte()) {
                version[length++] = next;
            }
            return Optional.of(of(new String(version, 0, length, StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static MySqlHandshake of(String version) {
        return new MySqlHandshake(
                version.startsWith(REPLICATION_PREFIX) ? version.substring(REPLICATION_PREFIX.length()) : version);
    }

    boolean isMariaDb() {
        return version.contains("MariaDB");
    }
}
