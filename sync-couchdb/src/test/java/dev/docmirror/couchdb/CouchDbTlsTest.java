package dev.docmirror.couchdb;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.docmirror.error.ConfigurationException;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class CouchDbTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void certificate_inTheTrustStore_isAccepted() throws Exception {
        KeyStore key = certificate("good", "-ext", "san=dns:localhost");
        try (TlsServer server = new TlsServer(key);
                CouchDbChangeSource byStore =
                        builder(server).trustStore(trusting(key, "good")).build();
                CouchDbChangeSource byContext = builder(server)
                        .sslContext(SSLContexts.custom()
                                .loadTrustMaterial(trusting(key, "good"), null)
                                .build())
                        .build()) {
            assertThat(byStore.identity().database()).isEqualTo("db");
            assertThat(byContext.identity().database()).isEqualTo("db");
        }
    }

    @Test
    void certificate_signedByItself_isRefused() throws Exception {
        assertRefused(certificate("self", "-ext", "san=dns:localhost"), null);
    }

    @Test
    void certificate_ofAnotherHost_isRefused() throws Exception {
        KeyStore key = certificate("other", "-ext", "san=dns:example.org");
        assertRefused(key, trusting(key, "other"));
    }

    @Test
    void certificate_expired_isRefused() throws Exception {
        KeyStore authority = certificate("authority", "-ext", "bc:c");
        KeyStore key = certificate("old", "-ext", "san=dns:localhost");
        Path request = folder.resolve("old.csr");
        Path signed = folder.resolve("old.crt");
        keytool("old", "-certreq", "-file", request.toString());
        String[] sign = {"-gencert", "-infile", request.toString(), "-outfile", signed.toString()};
        String[] lifetime = {"-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "5"};
        keytool("authority", Stream.of(sign, lifetime).flatMap(Stream::of).toArray(String[]::new));
        Certificate expired;
        try (InputStream in = Files.newInputStream(signed)) {
            expired = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        Key secret = key.getKey("old", PASSWORD);
        Certificate[] chain = {expired, authority.getCertificate("authority")};
        key.setKeyEntry("old", secret, PASSWORD, chain);

        assertRefused(key, trusting(authority, "authority"));
    }

    private static void assertRefused(KeyStore key, KeyStore trusted) throws Exception {
        try (TlsServer server = new TlsServer(key)) {
            CouchDbChangeSource.Builder builder = builder(server).basic("ann", "s3cret");
            try (CouchDbChangeSource source = trusted == null
                    ? builder.build()
                    : builder.trustStore(trusted).build()) {
                assertThatThrownBy(source::identity)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("the certificate of https://localhost:")
                        .satisfies(CouchDbHttpTest::assertNoSecret);
            }
            assertThat(server.requests).hasValue(0);
        }
    }

    private static CouchDbChangeSource.Builder builder(TlsServer server) {
        return CouchDbChangeSource.builder(
                URI.create("https://localhost:" + server.http.getAddress().getPort() + "/db"));
    }

    private KeyStore certificate(String name, String... options) throws Exception {
        String[] generate = {"-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name};
        keytool(name, Stream.of(generate, options).flatMap(Stream::of).toArray(String[]::new));
        return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD);
    }

    private void keytool(String alias, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-alias", alias, "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        command.addAll(List.of("-keystore", folder.resolve(alias + ".p12").toString()));
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
    }

    private static KeyStore trusting(KeyStore key, String name) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", key.getCertificate(name));
        return trusted;
    }

    private static final class TlsServer implements AutoCloseable {
        final HttpsServer http;
        final AtomicInteger requests = new AtomicInteger();

        TlsServer(KeyStore key) throws Exception {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(key, PASSWORD);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
            http = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
            http.setHttpsConfigurator(new HttpsConfigurator(tls));
            http.createContext("/", exchange -> {
                requests.incrementAndGet();
                byte[] answer = "{\"uuid\":\"u\",\"db_name\":\"db\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            http.start();
        }

        @Override
        public void close() throws IOException {
            http.stop(0);
        }
    }
}
