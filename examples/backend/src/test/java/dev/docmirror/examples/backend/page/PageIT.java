package dev.docmirror.examples.backend.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.examples.backend.BackendServers;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncQueue;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The page in a real browser, on the real backend. */
@EnabledIf(
        value = "dev.docmirror.examples.backend.page.Browser#isInstalled",
        disabledReason = "needs Debian's packages chromium and chromium-driver")
class PageIT extends PageNotes {
    private static Browser browser;

    @Autowired
    private LiveEvents events;

    @Autowired
    private SyncQueue queue;

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
        browser.forget();
        browser.open("about:blank"); // a new address after # alone does not load the page anew
        browser.open(url("/"));
    }

    @Test
    void conflict_writtenWhileTheListIsShown_appearsAndMergesIntoBothDatabases() throws Exception {
        browser.logIn("rita");
        browser.go("#/conflicts");
        browser.awaitText("h1", "Conflicts");
        browser.run("window.loadedOnce = true");

        String id = conflict("live");
        WebElement link = browser.awaitText(".records a", id);
        assertThat(browser.run("return window.loadedOnce")).isEqualTo(true);
        link.click();

        choose("/title", "Cough, worse at night");
        choose("/plan", "Antibiotics");
        choose("/author", "dr.bo");
        choose("/updatedAt", "2026-11-02T10:00:00Z");
        browser.await("textarea").sendKeys("asked both of them");
        browser.await(".decision .primary").click();

        browser.awaitText(".notice.good", id + " is merged");
        browser.awaitGone(".records a", id);
        JsonNode merged = couch(id);
        assertThat(merged.get("title").asString()).isEqualTo("Cough, worse at night");
        assertThat(merged.get("plan").asString()).isEqualTo("Antibiotics");
        assertThat(merged.has("_conflicts")).isFalse();
        awaitMirrored(id, merged);
        assertThat(row(id)).containsEntry("title", "Cough, worse at night").containsEntry("plan", "Antibiotics");
        assertThat(reasonKept(id)).isEqualTo("asked both of them");
    }

    @Test
    void merge_numberThatJavaScriptRounds_keepsItsDigits() throws Exception {
        assumeThat(BackendServers.couch().kind())
                .as("the stand-in for CouchDB rounds numbers itself")
                .isEqualTo(CouchDbServer.Kind.COUCHDB);
        String id = conflict("digits");
        browser.logIn("rita");
        browser.go("#/conflicts/" + id);

        browser.await("button", button -> button.getAccessibleName().equals("Take all fields from version B"))
                .click();
        browser.await("textarea").sendKeys("the first one saw the patient");
        browser.await(".decision .primary").click();

        browser.awaitText(".notice.good", id + " is merged");
        assertThat(couch(id).get("dose").toString()).isEqualTo("123456789012345678901234567890");
    }

    @Test
    void conflict_writtenWhileSomebodyDecides_isShownAnewAndNothingIsWritten() throws Exception {
        String id = conflict("stale");
        browser.logIn("rita");
        browser.go("#/conflicts/" + id);
        browser.awaitText(".segments label", "Keep one version").click();
        version("Version A").click();
        browser.await("textarea").sendKeys("too late");

        Revision third = edit(id, "Cough, gone");
        browser.await(".decision .primary").click();

        browser.awaitText(".notice.warn", "Nothing of yours was written");
        browser.awaitText(".head code", "3-");
        assertThat(browser.await("textarea").getDomProperty("value")).isEqualTo("too late");
        assertThat(couch(id).get("_rev").asString()).isEqualTo(third.toString());
    }

    @Test
    void deadLetter_replayed_staysWhileItFailsAndIsMirroredOnceMended() throws Exception {
        browser.logIn("rita");
        browser.go("#/dead-letters");
        String id = fresh("parked");
        database.sql("ALTER TABLE notes ADD CONSTRAINT page_refuses CHECK (id <> '" + id + "')")
                .update();
        write(note(id, "Refused by a check"));

        act("Replay", id);
        browser.awaitText(".notice.warn", id + " still can’t be mirrored");
        database.sql("ALTER TABLE notes DROP CONSTRAINT page_refuses").update();
        act("Replay", id);

        browser.awaitText(".notice.good", id + ": mirrored");
        browser.awaitGone(".records th", id);
        assertThat(row(id)).containsEntry("title", "Refused by a check");
    }

    @Test
    void deadLetter_discarded_leavesTheListWithItsReason() throws Exception {
        String id = poison("discarded");
        browser.logIn("rita");
        browser.go("#/dead-letters");
        browser.awaitText(".records tr", id);
        act("Discard", id);

        browser.await("dialog .danger").click();
        browser.awaitText("dialog .error", "Give a reason");
        browser.await("dialog textarea").sendKeys("a test patient");
        browser.await("dialog .danger").click();

        browser.awaitText(".notice.good", id + " is discarded");
        browser.awaitGone(".records th", id);
        assertThat(browser.all("dialog")).isEmpty();
    }

    @Test
    void decision_byKeyboardAlone_isReachedAndMade() throws Exception {
        String id = conflict("keys");
        browser.press("rita", Keys.TAB, "secret", Keys.ENTER);
        browser.awaitText("#account", "rita");
        browser.tabTo(browser.awaitText(".tabs a", "Conflicts"));
        browser.press(Keys.ENTER);
        WebElement link = browser.awaitText(".records a", id);
        assertThat(browser.focused().getText()).isEqualTo("Conflicts");
        browser.tabTo(link);
        browser.press(Keys.ENTER);
        browser.await(".segments");
        assertThat(browser.focused().getTagName()).isEqualTo("h1");

        browser.tabTo(browser.all(".segments input").get(0));
        browser.press(Keys.ARROW_RIGHT); // keep one version
        browser.tabTo(version("Version A"));
        browser.press(Keys.ARROW_RIGHT);
        assertThat(version("Version B").isSelected()).isTrue();
        browser.tabTo(browser.await("textarea"));
        browser.press("seen the patient", Keys.TAB, Keys.ENTER);

        browser.awaitText(".notice.good", id + " is decided");
        assertThat(browser.focused().getTagName()).isEqualTo("h1");
        JsonNode kept = couch(id);
        assertThat(kept.get("plan").asString()).isEqualTo("Rest");
        awaitMirrored(id, kept);
        assertThat(row(id)).containsEntry("plan", "Rest");
    }

    @Test
    void views_lightDarkAndPhone_hinderNobody() throws Exception {
        String id = conflict("seen");
        poison("seen");
        DocumentId written = DocumentId.of(fresh("queued"));
        queue.enqueue(SyncOperation.create("note", written, note(written.value(), "Queued"))
                .by("page-nurse", "page-tablet"));

        List<String> findings = new ArrayList<>(browser.inspect("login"));
        browser.logIn("ada");
        browser.await(".trace .dot");
        findings.addAll(inspect("overview", "#/overview", ".numbers summary"));
        findings.addAll(inspect("conflicts", "#/conflicts", ".records"));
        findings.addAll(inspect("conflict", "#/conflicts/" + id, ".field"));
        browser.await("details summary", summary -> summary.getText().startsWith("Whole"))
                .click();
        findings.addAll(browser.inspect("conflict-whole"));
        findings.addAll(inspect("dead-letters", "#/dead-letters", ".records"));
        browser.await(".acts .quiet").click();
        findings.addAll(browser.inspect("dead-letter-discard"));
        browser.press(Keys.ESCAPE);
        findings.addAll(inspect("devices", "#/devices", ".records"));

        assertThat(findings).isEmpty();
        assertThat(browser.refusedByPolicy()).isEmpty();
    }

    @Test
    void stream_broken_saysSoAndGoesOnWithWhatWasMissed() throws Exception {
        browser.logIn("rita");
        browser.go("#/conflicts");
        browser.awaitText(".pulse", "Live");
        String id;
        events.stop();
        try {
            browser.awaitText(".offline", "Connection lost");
            assertThat(browser.inspect("connection-lost")).isEmpty();
            id = conflict("missed");
        } finally {
            events.start();
        }
        browser.awaitGone("#connection", "Connection lost");
        browser.awaitText(".records a", id);
    }

    @Test
    void clinician_seesTheMirrorButNoContent() throws IOException {
        browser.logIn("nurse");
        browser.awaitText(".state", "Live");
        assertThat(browser.all(".tabs a")).extracting(WebElement::getText).containsExactly("Overview");

        browser.go("#/conflicts");
        browser.awaitText("h2", "Only reviewers see this");
        assertThat(browser.inspect("not-permitted")).isEmpty();
    }

    @Test
    void login_wrongPassword_isToldAndNothingElseIsShown() {
        browser.await("#user").sendKeys("rita");
        browser.await("#password").sendKeys("guess");
        browser.press(Keys.ENTER);

        browser.awaitText("[role=alert]", "User or password is wrong");
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("password");
        assertThat(browser.all(".tabs a")).isEmpty();
    }

    @Test
    void session_ended_leadsToTheLoginAndBack() {
        browser.logIn("rita");
        browser.run("const key = 'docmirror.session'; const session = JSON.parse(sessionStorage[key]);"
                + "sessionStorage[key] = JSON.stringify({ ...session, token: 'forgotten' }); location.hash = '#/devices';"
                + "location.reload()");

        browser.awaitText(".notice", "Your session has ended");
        browser.logIn("rita");
        browser.awaitText("h1", "Devices");
        assertThat(browser.run("return location.href")).asString().doesNotContain("token");
    }

    private List<String> inspect(String view, String address, String shown) throws IOException {
        browser.go(address);
        browser.await(shown);
        return browser.inspect(view);
    }

    /** Chooses the value of a field. */
    private void choose(String pointer, String value) {
        browser.await(".field", field -> field.getText().startsWith(pointer));
        browser.await(".field label", cell -> cell.getText().contains(value)).click();
    }

    private WebElement version(String name) {
        return browser.await(".head input", radio -> radio.getAccessibleName().startsWith(name));
    }

    /** Presses a button in a document's row. */
    private void act(String action, String id) {
        browser.await("button", button -> button.getAccessibleName().equals(action + " " + id))
                .click();
    }
}
