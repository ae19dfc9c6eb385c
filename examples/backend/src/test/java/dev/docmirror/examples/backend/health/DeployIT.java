package dev.docmirror.examples.backend.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.core.io.FileSystemResource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Health and metrics, and the files for those who operate the backend, which name only metrics that there are. */
class DeployIT extends BackendIT {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)");
    private static final Set<String> WORDS = Set.of("or", "and", "unless", "bool", "offset");

    private Set<String> exposed() {
        get("nurse", "/api/monitor"); // a request, for the metrics of requests
        String metrics = get("ada", "/actuator/prometheus").expect(200).body();
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** The metrics that an expression of PromQL reads. */
    static Set<String> metrics(String expression) {
        String bare = expression
                .replaceAll("\"[^\"]*\"", "")
                .replaceAll("\\{[^}]*\\}", "")
                .replaceAll("\\[[^\\]]*\\]", "");
        bare = GROUPING.matcher(bare).replaceAll(" ");
        Set<String> names = new HashSet<>();
        Matcher name = NAME.matcher(bare);
        while (name.find()) {
            boolean function = bare.substring(name.end()).stripLeading().startsWith("(");
            boolean number = name.start() > 0 && Character.isDigit(bare.charAt(name.start() - 1));
            if (!function && !number && !WORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    @Test
    void metrics_ofAnExpression_areFound() {
        assertThat(metrics("sum by (a, b) (rate(one_total{x=~\"y|z\"}[5m])) / on(a) (two > 0.1e3) or max(three)"))
                .containsExactlyInAnyOrder("one_total", "two", "three");
    }

    @Test
    void alerts_parse_andNameOnlyMetricsThatThereAre() {
        YamlMapFactoryBean yaml = new YamlMapFactoryBean();
        yaml.setResources(new FileSystemResource(DEPLOY.resolve("alerts.yml")));
        List<JsonNode> rules = new ArrayList<>();
        JsonNode file = JSON.valueToTree(yaml.getObject());
        file.get("groups").forEach(group -> group.get("rules").forEach(rules::add));

        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(rule.get("alert").asString()).matches("[A-Z][A-Za-z]+");
            assertThat(rule.at("/labels/severity").asString()).isIn("critical", "warning");
            assertThat(rule.at("/annotations/summary").asString()).isNotBlank();
            assertThat(rule.path("for").asString("1m")).matches("[0-9]+[smh]");
            assertThat(metrics(rule.get("expr").asString())).isNotEmpty();
        });
        assertThat(rules.stream().map(rule -> rule.get("alert").asString())).doesNotHaveDuplicates();
        assertThat(exposed())
                .containsAll(rules.stream()
                        .flatMap(rule -> metrics(rule.get("expr").asString()).stream())
                        .collect(Collectors.toSet()));
    }

    @Test
    void dashboard_parses_andNamesOnlyMetricsThatThereAre() throws IOException {
        JsonNode dashboard = JSON.readTree(Files.readString(DEPLOY.resolve("dashboard.json")));
        List<JsonNode> panels =
                List.copyOf(dashboard.get("panels").valueStream().toList());
        Set<String> named = new HashSet<>();
        for (JsonNode panel : panels) {
            assertThat(panel.get("title").asString()).isNotBlank();
            assertThat(panel.get("targets")).isNotEmpty();
            assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
                    .isLessThanOrEqualTo(24);
            panel.get("targets")
                    .forEach(target ->
                            named.addAll(metrics(target.get("expr").asString().replace("$__rate_interval", "5m"))));
        }
        dashboard.at("/templating/list").forEach(variable -> {
            Matcher values = Pattern.compile("label_values\\((\\w+),.*")
                    .matcher(variable.path("query").asString(""));
            if (values.matches()) {
                named.add(values.group(1));
            }
        });

        assertThat(panels).hasSizeGreaterThan(10);
        assertThat(panels.stream().map(panel -> panel.get("id").asInt())).doesNotHaveDuplicates();
        assertThat(exposed()).containsAll(named);
    }

    @Test
    void health_tellsTheReasonsToAdministratorsOnly() {
        JsonNode open = send(null, "GET", "/actuator/health", null).json();
        JsonNode toNurse = get("nurse", "/actuator/health").json();
        JsonNode toAdmin = get("ada", "/actuator/health").json();

        assertThat(open.has("components")).isFalse();
        assertThat(toNurse.has("components")).isFalse();
        assertThat(toAdmin.at("/components/docmirror/status").asString()).isIn("UP", "DEGRADED");
        assertThat(toAdmin.at("/components/docmirror/details/reasons").isArray())
                .isTrue();
        assertThat(open.get("status").asString()).isIn("UP", "DEGRADED");
    }

    @Test
    void metrics_doNotNamePeopleOrDocuments() {
        assertThat(get("ada", "/actuator/prometheus").body()).doesNotContain("nurse", "patient:", "p-own");
        assertThat(send(null, "GET", "/actuator/prometheus", null).status()).isEqualTo(401);
        assertThat(Map.of("nurse", 403, "rita", 403))
                .allSatisfy((user, status) ->
                        assertThat(get(user, "/actuator/prometheus").status()).isEqualTo(status));
    }
}
