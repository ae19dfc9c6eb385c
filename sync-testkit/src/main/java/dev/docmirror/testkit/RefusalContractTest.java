package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static dev.docmirror.testkit.ContractTables.PETS;
import static dev.docmirror.testkit.ContractTables.PHONES;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to documents whose rows the database refuses: each alone, without a trace, with a reason but no value.
 */
public abstract class RefusalContractTest extends MirrorContract {

    @Test
    void apply_secondUniqueKeyTaken_refusesThatDocumentAlone() {
        write(Version.of("ada", "1-a", person("Ada", CANARY), phones("1")));
        List<DeadLetter> refused = write(
                Version.of("bob", "1-b", person("Bob", "b2"), phones("2")),
                Version.of("eve", "4-e", person("Eve", CANARY), phones("3")),
                Version.of("joe", "1-j", person("Joe", "b4"), phones("4")));

        assertThat(refused).hasSize(1);
        DeadLetter letter = refused.get(0);
        assertThat(letter.id()).isEqualTo(id("eve"));
        assertThat(letter.revision()).isEqualTo(Revision.of("4-e"));
        assertThat(letter.type()).isEqualTo(Optional.of("contract"));
        assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.COLLISION);
        assertNoCanary(refused);
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada", "Bob", "Joe");
        assertThat(column(PHONES, "number")).containsExactlyInAnyOrder("1", "2", "4");
        assertThat(entry(id("eve"))).isEmpty();
        assertThat(entry(id("joe"))).isPresent();
    }

    @Test
    void apply_childsUniqueKeyTaken_leavesNoParent() {
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones(CANARY)));
        List<DeadLetter> refused = write(
                Version.of("eve", "1-e", person("Eve", "b2"), phones("2", "3", CANARY)),
                Version.of("joe", "1-j", person("Joe", "b3"), phones("4")));

        assertThat(refused).extracting(DeadLetter::id).containsExactly(id("eve"));
        assertNoCanary(refused);
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada", "Joe");
        assertThat(column(PHONES, "number")).containsExactlyInAnyOrder(CANARY, "4");
        assertThat(entry(id("eve"))).isEmpty();
    }

    @Test
    void apply_editIntoATakenKey_leavesTheMirroredVersion() {
        write(Version.of("ada", "1-a", person("Ada", CANARY), phones("1")));
        write(Version.of("eve", "1-e", person("Eve", "b2"), phones("2")));
        List<DeadLetter> refused = write(
                Version.of("eve", "2-e", person("Eve 2", CANARY), phones("3")),
                Version.of("ada", "2-a", person("Ada 2", CANARY), phones("1")));

        assertThat(refused).extracting(DeadLetter::id).containsExactly(id("eve"));
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada 2", "Eve");
        assertThat(column(PEOPLE, "badge")).containsExactlyInAnyOrder(CANARY, "b2");
        assertThat(column(PHONES, "number")).containsExactlyInAnyOrder("1", "2");
        assertThat(entry(id("eve")).orElseThrow().revision()).isEqualTo(Revision.of("1-e"));
    }

    @Test
    void apply_refusedDocumentThatLeavesATable_keepsItsRowsThere() {
        write(Version.of("ada", "1-a", person("Ada", CANARY)));
        write(Version.of("eve", "1-e", pet("Eve the cat")));
        List<DeadLetter> refused = write(Version.of("eve", "2-e", person("Eve", CANARY)));

        assertThat(refused).extracting(DeadLetter::id).containsExactly(id("eve"));
        assertThat(column(PETS, "name")).containsExactly("Eve the cat");
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
    }

    @Test
    void apply_twoNewDocumentsWithOneKey_writesOne() {
        List<DeadLetter> refused =
                write(Version.of("ada", "1-a", person("Ada", CANARY)), Version.of("eve", "1-e", person("Eve", CANARY)));
        assertThat(refused).hasSize(1);
        assertNoCanary(refused);
        assertThat(column(PEOPLE, "badge")).containsExactly(CANARY);
        assertThat(entry(id("ada")).isPresent()).isNotEqualTo(entry(id("eve")).isPresent());
    }

    @Test
    void apply_aFewPoisonousAmongMany_writesAllOthers() {
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            boolean poison = i == 0 || i == 250 || i == 251 || i == 499;
            versions.add(
                    Version.of("p" + i, "1-a", person(poison ? CANARY.repeat(10) : "fine", "b" + i), phones("n" + i)));
        }
        List<DeadLetter> refused = write(versions.toArray(Version[]::new));
        assertThat(refused)
                .extracting(DeadLetter::id)
                .containsExactlyInAnyOrder(id("p0"), id("p250"), id("p251"), id("p499"));
        assertNoCanary(refused);
        assertThat(column(PEOPLE, "name")).hasSize(496).containsOnly("fine");
        assertThat(column(PHONES, "number")).hasSize(496);
    }

    @Test
    void apply_everyDocumentPoisonous_refusesAll() {
        List<DeadLetter> refused = write(
                Version.of("ada", "1-a", person(CANARY.repeat(10), "b1")),
                Version.of("eve", "1-e", person(CANARY.repeat(10), "b2")));
        assertThat(refused).hasSize(2);
        assertNoCanary(refused);
        assertThat(column(PEOPLE, "name")).isEmpty();
    }

    @Test
    void apply_refusedThenParked_bothBecomeDurableWithTheOthers() {
        write(Version.of("ada", "1-a", person("Ada", CANARY)));
        try (MirrorTransaction transaction = begin()) {
            transaction.park(apply(
                    transaction,
                    Version.of("eve", "1-e", person("Eve", CANARY)),
                    Version.of("joe", "1-j", person("Joe", "b3"))));
            transaction.commit();
        }
        assertThat(mirror().deadLetters().list(stream, 10))
                .extracting(DeadLetter::id)
                .containsExactly(id("eve"));
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada", "Joe");
    }
}
