package dev.docmirror.testkit.server;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerAddressTest {

    @Test
    void parse_userInfo_isTakenOutAndDecoded() {
        ServerAddress address = ServerAddress.parse("http://admin:p%40ss+word@db.example:1234/", "X", 5984);

        assertThat(address.user()).isEqualTo("admin");
        assertThat(address.password()).isEqualTo("p@ss+word");
        assertThat(address).hasToString("http://db.example:1234");
    }

    @Test
    void parse_jdbcUrl_keepsOtherParameters() {
        ServerAddress address = ServerAddress.parse(
                "jdbc:mysql://db.example/?sslMode=REQUIRED&user=root&password=a%26b&connectTimeout=5000", "X", 3306);

        assertThat(address.host()).isEqualTo("db.example");
        assertThat(address.port()).isEqualTo(3306);
        assertThat(address.user()).isEqualTo("root");
        assertThat(address.password()).isEqualTo("a&b");
        assertThat(address.parameters()).isEqualTo("sslMode=REQUIRED&connectTimeout=5000");
    }

    @Test
    void parse_malformed_isNamedButNotShown() {
        for (String malformed : new String[] {"nonsense-hunter2", "http://hunter2 @x", "jdbc:hunter2", "//hunter2"}) {
            assertThatThrownBy(() -> ServerAddress.parse(malformed, "DOCMIRROR_X_URL", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("DOCMIRROR_X_URL")
                    .hasMessageNotContaining("hunter2");
        }
    }
}
