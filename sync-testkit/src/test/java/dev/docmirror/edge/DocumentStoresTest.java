package dev.docmirror.edge;

import java.nio.file.Path;

import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.testkit.InMemoryDocumentStore;
import dev.docmirror.testkit.SecureDocumentStoreContractTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Both stores keep the contract. */
class DocumentStoresTest {
    @Nested
    class InMemory extends SecureDocumentStoreContractTest {
        private final InMemoryDocumentStore store = new InMemoryDocumentStore();

        @Override
        protected SecureDocumentStore store() {
            return store;
        }

        @Override
        protected void reopen() {
            // It lives as long as its process.
        }
    }

    @Nested
    class InFiles extends SecureDocumentStoreContractTest {
        private final EnvelopeCodec codec = Keys.atRest(KeyRing.of(Keys.key("k1")));

        @TempDir
        private Path directory;

        private @Nullable FileDocumentStore store;

        @Override
        protected SecureDocumentStore store() {
            FileDocumentStore open = store;
            if (open == null) {
                open = FileDocumentStore.open(directory, codec);
                store = open;
            }
            return open;
        }

        @Override
        @AfterEach
        protected void reopen() {
            if (store != null) {
                store.close();
                store = null;
            }
        }
    }
}
