package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link ConflictPolicy} has to keep: it is pure, total, blind to order and repetition, and chooses among
 * the leaves it was given. Properties of jqwik: its engine has to be on the test's class path, which it is with the
 * testkit.
 *
 * <p>Override {@link #bodies()} so that the fields your policy reads appear, equal ones often.
 */
public abstract class ConflictPolicyContractTest {
    /** Stands in values; no reason may repeat it. */
    protected static final String CANARY = "canary-7f3a";

    private static final ConflictContext CONTEXT = new ConflictContext(StreamId.of("contract"));
    private static final DocumentId ID = DocumentId.of("contract");

    /** The policy under test. */
    protected abstract ConflictPolicy policy();

    /** Bodies of leaves: JSON objects, or text that is none. A small set makes for many ties. */
    protected Arbitrary<String> bodies() {
        return Arbitraries.of("{}", "{\"secret\":\"" + CANARY + "\"}", "{\"secret\":\"" + CANARY + "\",\"n\":1}", "{");
    }

    /** One to five leaves with few generations, hashes and bodies, so that ties are common. */
    @Provide
    protected Arbitrary<List<Document>> leaves() {
        Arbitrary<String> hashes = Arbitraries.of("0a", "0A", "ff", "f".repeat(32), "0".repeat(32), "10", "9");
        Arbitrary<Long> generations = Arbitraries.of(1L, 2L, 9L, 10L);
        Arbitrary<Document> readable = Combinators.combine(
                        generations, hashes, Arbitraries.of(true, false, false), bodies())
                .as((generation, hash, deleted, body) ->
                        Documents.version(ID, new Revision(generation, hash), deleted, body));
        Arbitrary<Document> unreadable = Combinators.combine(generations, hashes, Arbitraries.of(true, false))
                .as((generation, hash, deleted) ->
                        Document.unreadable(ID, new Revision(generation, hash), deleted, "lost"));
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(9, readable), net.jqwik.api.Tuple.of(1, unreadable))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Property
    void resolve_anyLeaves_answersWithoutThrowing(@ForAll("leaves") List<Document> leaves) {
        assertThat(resolve(leaves)).isNotNull();
        leaves.forEach(leaf -> assertThat(policy().protection(leaf)).isNotNull());
    }

    @Property
    void resolve_sameLeavesAgain_answersTheSame(@ForAll("leaves") List<Document> leaves) {
        assertSame(resolve(leaves), resolve(leaves));
    }

    @Property
    void resolve_anyOrder_answersTheSame(@ForAll("leaves") List<Document> leaves, @ForAll Random random) {
        List<Document> shuffled = new ArrayList<>(leaves);
        Collections.shuffle(shuffled, random);
        assertSame(resolve(shuffled), resolve(leaves));
    }

    @Property
    void resolve_repeatedLeaves_answersTheSame(@ForAll("leaves") List<Document> leaves, @ForAll Random random) {
        List<Document> repeated = new ArrayList<>(leaves);
        repeated.add(leaves.get(random.nextInt(leaves.size())));
        repeated.addAll(leaves);
        assertSame(resolve(repeated), resolve(leaves));
    }

    @Property(tries = 200)
    void resolve_otherLocaleAndZone_answersTheSame(@ForAll("leaves") List<Document> leaves) {
        Resolution expected = resolve(leaves);
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            assertSame(resolve(leaves), expected);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Property
    void resolve_singleLeaf_choosesItOrLeavesItAlone(@ForAll("leaves") List<Document> leaves) {
        Document only = leaves.get(0);
        Resolution resolution = resolve(List.of(only));
        assertThat(resolution).isNotInstanceOf(Resolution.Merge.class);
        if (resolution instanceof Resolution.Choose choose) {
            assertThat(sameVersion(choose.winner(), only)).isTrue();
        }
    }

    @Property
    void resolve_choice_isOneOfTheLeavesAndAllOthersAreLosers(@ForAll("leaves") List<Document> leaves) {
        if (resolve(leaves) instanceof Resolution.Choose choose) {
            List<Document> distinct = distinct(leaves);
            long losers = distinct.stream()
                    .filter(leaf -> !sameVersion(leaf, choose.winner()))
                    .count();
            assertThat(losers).isEqualTo(distinct.size() - 1L);
            assertThat(leaves).anyMatch(leaf -> leaf == choose.winner());
        }
    }

    @Property
    void resolve_reason_namesNoValue(@ForAll("leaves") List<Document> leaves) {
        String reason = reason(resolve(leaves));
        assertThat(reason).doesNotContain(CANARY);
    }

    /** What the policy decides about these leaves when nothing is mirrored. */
    protected final Resolution resolve(List<Document> leaves) {
        return policy().resolve(Conflict.of(new DocumentChange(ID, leaves)), CONTEXT);
    }

    /** Whether two leaves are one version: revision, deletion mark and body. */
    protected static boolean sameVersion(Document a, Document b) {
        return a.revision().equals(b.revision())
                && a.deleted() == b.deleted()
                && a.contentHash().equals(b.contentHash());
    }

    private static List<Document> distinct(List<Document> leaves) {
        List<Document> distinct = new ArrayList<>();
        for (Document leaf : leaves) {
            if (distinct.stream().noneMatch(known -> sameVersion(known, leaf))) {
                distinct.add(leaf);
            }
        }
        return distinct;
    }

    private static void assertSame(Resolution actual, Resolution expected) {
        if (actual instanceof Resolution.Choose a && expected instanceof Resolution.Choose b) {
            assertThat(sameVersion(a.winner(), b.winner()))
                    .as("%s and %s are one version", a.winner(), b.winner())
                    .isTrue();
            assertThat(a.reason()).isEqualTo(b.reason());
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static String reason(Resolution resolution) {
        if (resolution instanceof Resolution.Choose choose) {
            return choose.reason();
        } else if (resolution instanceof Resolution.Merge merge) {
            return merge.reason();
        } else if (resolution instanceof Resolution.Reject reject) {
            return reject.reason();
        } else if (resolution instanceof Resolution.Review review) {
            return review.reason();
        }
        return "";
    }
}
