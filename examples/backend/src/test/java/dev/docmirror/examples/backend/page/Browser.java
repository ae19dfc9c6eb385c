package dev.docmirror.examples.backend.page;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.assertj.core.api.Assertions.assertThat;

/** A headless Chromium, and what the tests of the page do with it. One thread. */
final class Browser implements AutoCloseable {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PHONE = 360;
    private static final int DESK = 1280;
    /** Kept, because a logger without a reference forgets its level. It warns that it does not know this Chromium. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    Browser() {
        SELENIUM.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        look("light", DESK);
    }

    /** Whether Debian's packages {@code chromium} and {@code chromium-driver} are there. */
    static boolean isInstalled() {
        return CHROMIUM.canExecute() && DRIVER.canExecute();
    }

    void open(Object url) {
        driver.get(url.toString());
    }

    /** Shows the page in a colour scheme and width. */
    void look(String scheme, int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", width == PHONE ? 740 : 860, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The element, as soon as it is shown. */
    WebElement await(String css) {
        return await(css, element -> true);
    }

    /** The first shown element that fits, as soon as there is one. */
    WebElement await(String css, Function<WebElement, Boolean> fits) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() ->
                        css + " in " + driver.findElement(By.tagName("body")).getText())
                .until(page -> page.findElements(By.cssSelector(css)).stream()
                        .filter(element -> element.isDisplayed() && fits.apply(element))
                        .findFirst()
                        .orElse(null));
    }

    /** The element with this text in it. */
    WebElement awaitText(String css, String text) {
        return await(css, element -> element.getText().contains(text));
    }

    void awaitGone(String css, String text) {
        patience(css + " without " + text)
                .until(page -> page.findElements(By.cssSelector(css)).stream()
                        .noneMatch(element -> element.getText().contains(text)));
    }

    private FluentWait<WebDriver> patience(String expected) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> expected + " in "
                        + driver.findElement(By.tagName("body")).getText() + "\n"
                        + driver.manage().logs().get(LogType.BROWSER).getAll());
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What an asynchronous function makes of modules of the page. */
    Object runAsync(String function) {
        return driver.executeAsyncScript("(" + function + ")().then(arguments[0], e => arguments[0](String(e)))");
    }

    void go(String view) {
        run("location.hash = arguments[0]", view);
    }

    /** Presses keys, wherever the focus is. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Tabs on until the focus is there, as somebody without a mouse would. */
    void tabTo(WebElement target) {
        int most =
                all("a, button, input, select, textarea, summary, [tabindex]").size() + 10;
        for (int i = 0; i < most && !focused().equals(target); i++) {
            press(Keys.TAB);
        }
        assertThat(focused()).isEqualTo(target);
    }

    /** What has the focus. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    void logIn(String user) {
        await("#user").sendKeys(user);
        await("#password").sendKeys("secret");
        await("form .primary").click();
        awaitText("#account", user);
    }

    /** Forgets who is logged in. */
    void forget() {
        run("sessionStorage.clear()");
    }

    /**
     * Writes screenshots of the view in light, dark and on a phone, and looks for what hinders people in each.
     *
     * @return all findings, grave or not, with the place; content that overflows a phone is one, too
     */
    List<String> inspect(String view) throws IOException {
        List<String> findings = new ArrayList<>(inspect(view + "-light", "light", DESK));
        findings.addAll(inspect(view + "-dark", "dark", DESK));
        findings.addAll(inspect(view + "-phone", "light", PHONE));
        look("light", DESK);
        return findings;
    }

    private List<String> inspect(String name, String scheme, int width) throws IOException {
        look(scheme, width);
        List<String> findings = new ArrayList<>();
        if (screenshot(name) > width) {
            findings.add(name + ": wider than the window");
        }
        List<Rule> broken = new AxeBuilder().setLegacyMode(true).analyze(driver).getViolations();
        broken.forEach(rule -> findings.add(name + ": " + told(rule)));
        return findings;
    }

    private static String told(Rule rule) {
        return rule.getImpact() + " " + rule.getId() + " "
                + rule.getNodes().stream()
                        .map(node -> String.valueOf(node.getTarget()))
                        .toList();
    }

    /** Writes a picture of the whole page and returns the width of its content. */
    private int screenshot(String name) throws IOException {
        Map<?, ?> metrics = driver.executeCdpCommand("Page.getLayoutMetrics", Map.of());
        Map<?, ?> size = (Map<?, ?>) metrics.get("cssContentSize");
        Map<String, Object> clip =
                Map.of("x", 0, "y", 0, "width", size.get("width"), "height", size.get("height"), "scale", 1);
        Map<?, ?> picture = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) picture.get("data")));
        return ((Number) size.get("width")).intValue();
    }

    /** What the content security policy kept the page from since this was asked last. */
    List<String> refusedByPolicy() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Content Security Policy") || message.contains("TrustedHTML"))
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
