package dev.docmirror.mysql;

import java.util.List;
import java.util.stream.IntStream;

import dev.docmirror.change.DocumentId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RegisteredKeysTest {

    @Test
    void mayHave_registryWasNotEmpty_isTrueOfAll() {
        assertThat(new RegisteredKeys(false).mayHave(key(1))).isTrue();
    }

    @Test
    void mayHave_nothingWrittenYet_isFalseOfAll() {
        assertThat(new RegisteredKeys(true).mayHave(key(1))).isFalse();
    }

    @Test
    void mayHave_hundredThousandWritten_isTrueOfThemAndOfHardlyAnyOther() {
        RegisteredKeys registered = new RegisteredKeys(true);
        List<DocKey> written =
                IntStream.range(0, 100_000).mapToObj(RegisteredKeysTest::key).toList();
        registered.addAll(written);

        assertThat(written).allMatch(registered::mayHave);
        long others = IntStream.range(100_000, 200_000)
                .filter(number -> registered.mayHave(key(number)))
                .count();
        assertThat(others).isLessThan(100);
    }

    private static DocKey key(int number) {
        return DocKey.of(DocumentId.of("session:" + number));
    }
}
