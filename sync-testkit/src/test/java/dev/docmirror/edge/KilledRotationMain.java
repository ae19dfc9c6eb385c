package dev.docmirror.edge;

import java.nio.file.Path;

import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.ReEncryption;
import dev.docmirror.envelope.ReEncryptionProgress;

/** Puts a store under a new key and says after each page that it goes on, until it is killed or done. */
final class KilledRotationMain {
    private KilledRotationMain() {}

    /**
     * Runs a rotation.
     *
     * @param arguments the store's folder, the file of the progress
     */
    public static void main(String[] arguments) throws InterruptedException {
        KeyRing keys = KeyRing.of(RotatedStoreTest.key(1), RotatedStoreTest.key(2));
        try (FileDocumentStore store =
                FileDocumentStore.open(Path.of(arguments[0]), Envelopes.of(RotatedStoreTest.NAME, keys))) {
            ReEncryption.of(StoredEnvelopes.of(store, keys))
                    .pageSize(RotatedStoreTest.PAGE)
                    .progress(ReEncryptionProgress.file(Path.of(arguments[1])))
                    .listener(event -> System.out.println("page"))
                    .run();
        }
    }
}
