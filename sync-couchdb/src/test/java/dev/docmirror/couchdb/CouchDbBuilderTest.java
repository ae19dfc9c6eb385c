package dev.docmirror.couchdb;

import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;

import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CouchDbBuilderTest {
    private static final URI URL = URI.create("http://127.0.0.1:5984/db");

    @Test
    void url_ofAnyForm_isTakenApart() {
        DatabaseUrl plain = DatabaseUrl.of(URI.create("http://ann:s3cret@couch:5984/clinic"));
        assertThat(plain.toString()).isEqualTo("http://couch:5984/clinic");
        assertThat(plain.path()).isEqualTo("/clinic");
        assertThat(plain.root()).isEmpty();

        DatabaseUrl deep = DatabaseUrl.of(URI.create("HTTPS://couch/a/b/clinic%2Fnorth+1/"));
        assertThat(deep.toString()).isEqualTo("https://couch/a/b/clinic%2Fnorth+1");
        assertThat(deep.name()).isEqualTo("clinic/north+1");
        assertThat(deep.root()).isEqualTo("/a/b");

        assertThat(DatabaseUrl.of(URI.create("http://[::1]:5984/db")).toString())
                .isEqualTo("http://[::1]:5984/db");
    }

    @Test
    void url_unusable_isRefusedWithoutRepeatingIt() {
        for (String url : new String[] {
            "couch/s3cret",
            "ftp://ann:s3cret@couch/db",
            "http://ann:s3cret@couch",
            "http://ann:s3cret@couch/",
            "http://ann:s3cret@couch/db?x=1",
            "http://ann:s3cret@couch/db#x",
            "http:s3cret",
            "http:///s3cret",
            "http://ann:s3@cret@couch/db",
        }) {
            URI uri = URI.create(url);
            assertThatThrownBy(() -> CouchDbChangeSource.builder(uri))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("databaseUrl: must ")
                    .hasMessageNotContaining("s3")
                    .hasMessageNotContaining("couch");
        }
    }

    @Test
    void encode_anyText_decodesToItself() {
        String text = "1-g+/= &%?#ü😀~";
        assertThat(DatabaseUrl.encode(text)).matches("[A-Za-z0-9%.~_-]+");
        assertThat(DatabaseUrl.decode(DatabaseUrl.encode(text))).isEqualTo(text);
    }

    @Test
    void build_settingOutOfRange_isNamed() {
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThatThrownBy(() -> CouchDbChangeSource.builder(URL)
                            .requestTimeout(wrong)
                            .build())
                    .hasMessage("requestTimeout: must be > 0, was " + wrong);
            assertThatThrownBy(() -> CouchDbCheckpointStore.builder(URL)
                            .connectTimeout(wrong)
                            .build())
                    .hasMessage("connectTimeout: must be > 0, was " + wrong);
        }
    }

    @Test
    void build_credentialsGivenTwice_isRefused() {
        URI with = URI.create("http://ann:s3cret@couch:5984/db");
        assertThatThrownBy(() -> CouchDbChangeSource.builder(with).session("bob", "s3cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(
                        () -> CouchDbSetup.builder(URL).basic("bob", "s3cret").bearer(() -> "s3cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void build_trustStoreUnusable_isRefused() throws Exception {
        KeyStore unloaded = KeyStore.getInstance("PKCS12");
        assertThatThrownBy(() ->
                        CouchDbChangeSource.builder(URL).trustStore(unloaded).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("trustStore: ");
        unloaded.load(null, null);
        assertThatThrownBy(() -> CouchDbChangeSource.builder(URL)
                        .trustStore(unloaded)
                        .sslContext(SSLContexts.createDefault())
                        .build())
                .hasMessageStartingWith("sslContext: ");
    }

    @Test
    void build_serverAbsent_opensNothing() {
        assertThatCode(() -> CouchDbChangeSource.builder(URI.create("http://host.invalid/db"))
                        .build()
                        .close())
                .doesNotThrowAnyException();
    }

    @Test
    void setup_definitionUnusable_isRefused() {
        CouchDbSetup.Builder builder = CouchDbSetup.builder(URL);
        for (String json : new String[] {"", "[]", "{", "{\"_id\":\"_design/x\"}", "{\"_rev\":\"1-a\"}"}) {
            assertThatThrownBy(() -> builder.designDocument("x", json))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("designDocument x: must ");
        }
        assertThatThrownBy(() -> builder.index("x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.allowedTypes(Set.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
