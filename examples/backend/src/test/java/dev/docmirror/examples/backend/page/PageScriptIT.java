package dev.docmirror.examples.backend.page;

import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/** Parts of the page's scripts that a view shows only in rare cases, run in a real browser as they are served. */
@EnabledIf(
        value = "dev.docmirror.examples.backend.page.Browser#isInstalled",
        disabledReason = "needs Debian's packages chromium and chromium-driver")
class PageScriptIT extends BackendIT {
    private static Browser browser;

    @BeforeAll
    static void startBrowser() {
        browser = new Browser();
    }

    @AfterAll
    static void endBrowser() {
        browser.close();
    }

    @BeforeEach
    void openPage() {
        browser.open(url("/"));
    }

    @Test
    void stream_cutAnywhere_makesTheSameEvents() {
        Object told = browser.runAsync("""
                async () => {
                  const { parser } = await import('/js/stream.js');
                  const text = ': hello\\n\\nevent: a\\r\\ndata: {"x":\\r\\ndata: 1}\\r\\n\\r\\n\\ndata: "y"\\n\\nid: 7\\n\\n';
                  const results = new Set();
                  for (let cut = 0; cut <= text.length; cut += 1) {
                    const events = [];
                    const parse = parser((name, data) => events.push([name, data]));
                    parse(text.slice(0, cut));
                    parse(text.slice(cut));
                    results.add(JSON.stringify(events));
                  }
                  return [...results];
                }""");

        assertThat(told).isEqualTo(List.of("[[\"a\",{\"x\":1}],[\"message\",\"y\"]]"));
    }

    @Test
    void numbers_thatJavaScriptRounds_areShownAsTheDocumentHasThem() {
        Object shown = browser.runAsync("""
                async () => {
                  const { parseExactly, display } = await import('/js/json.js');
                  return display(parseExactly(
                    '{"n":123456789012345678901234567890,"kg":12.50,"one":1,"e":1E3,"s":"1.0","__proto__":{"a":-0.0}}'));
                }""");

        assertThat(shown).isEqualTo("""
                {
                  "n": 123456789012345678901234567890,
                  "kg": 12.50,
                  "one": 1,
                  "e": 1E3,
                  "s": "1.0",
                  "__proto__": {
                    "a": -0.0
                  }
                }""");
    }

    @Test
    void preview_fieldsAtAnyPointer_areTakenAddedAndLeftOut() {
        Object merged = browser.runAsync("""
                async () => {
                  const { withValue } = await import('/js/json.js');
                  const base = { a: { 'b/c': 1, 'd~e': 2 }, list: [1, 2] };
                  const steps = [['/a/b~1c', 10], ['/a/d~0e', undefined], ['/new/deep', 'x'], ['/none/deep', undefined],
                    ['/list', [3]], ['/', 'empty name']];
                  const merged = steps.reduce((body, [pointer, value]) => withValue(body, pointer, value), base);
                  return JSON.stringify([merged, base]);
                }""");

        assertThat(merged)
                .isEqualTo("[{\"a\":{\"b/c\":10},\"list\":[3],\"new\":{\"deep\":\"x\"},\"\":\"empty name\"},"
                        + "{\"a\":{\"b/c\":1,\"d~e\":2},\"list\":[1,2]}]");
    }

    @Test
    void marks_twoTexts_coverWhatIsTheirOwn() {
        Object marked = browser.runAsync("""
                async () => {
                  const { ownPart } = await import('/js/versions.js');
                  return [['a big dog', 'a small dog'], ['same', 'same'], ['a a', 'a'], ['new end', 'new'], ['x', 'y']]
                    .map(([text, other]) => ownPart(text, other).join('|'));
                }""");

        assertThat(marked).isEqualTo(List.of("a |big| dog", "same||", "a| a|", "new| end|", "|x|"));
    }

    @Test
    void content_thatLooksLikeMarkup_staysText() {
        Object markup = browser.runAsync("""
                async () => {
                  const { el } = await import('/js/dom.js');
                  const node = el('p', {}, '<img src=x onerror=alert(1)>', ['<b>', null, false, 'bold']);
                  return [node.children.length, node.textContent];
                }""");

        assertThat(markup).isEqualTo(List.of(0L, "<img src=x onerror=alert(1)><b>bold"));
    }
}
