package dev.docmirror.examples.worker;

import java.lang.reflect.Field;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** What keeps the modules apart; the compiler alone does not see all of it, since examples live on the class path. */
class ArchitectureTest {
    private static final String ROOT = "dev.docmirror";
    private static final String CORE = "core";
    /** By name: a test dependency of its own would take SLF4J out of the runnable jar. */
    private static final String LOGGER = "org.slf4j.Logger";

    private static final Set<String> ADAPTERS = Set.of("couchdb", "mysql", "policies");
    private static final Set<String> OTHERS = Set.of("testkit", "examples");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    /** The module a class belongs to: what is in no adapter's package is the core's. */
    private static String module(JavaClass type) {
        String rest =
                type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
        String first = rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
        return ADAPTERS.contains(first) || OTHERS.contains(first) ? first : CORE;
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static DescribedPredicate<JavaClass> inModules(Set<String> modules) {
        return DescribedPredicate.describe("in " + modules, type -> isOurs(type) && modules.contains(module(type)));
    }

    @Test
    void everyModule_isRead() {
        assertThat(classes.stream().map(ArchitectureTest::module))
                .contains(CORE, "couchdb", "mysql", "policies", "testkit", "examples");
    }

    @Test
    void internalPackages_areUsedByTheirOwnModuleOnly() {
        ArchRule rule = classes().should(new ArchCondition<>("leave other modules' internal packages alone") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass();
                    boolean internal = isOurs(target) && (target.getPackageName() + ".").contains(".internal.");
                    if (internal && !module(target).equals(module(type))) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        });
        rule.check(classes);
    }

    @Test
    void core_hasNoTypeOfADatabaseOrHttpLibrary() {
        noClasses()
                .that(inModules(Set.of(CORE)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..", "org.apache.hc..", "java.net.http..")
                .check(classes);
    }

    @Test
    void core_dependsOnNoOtherModule() {
        noClasses()
                .that(inModules(Set.of(CORE)))
                .should()
                .dependOnClassesThat(inModules(Set.of("couchdb", "mysql", "policies", "testkit", "examples")))
                .check(classes);
    }

    @Test
    void adapters_dependOnTheCoreAndNotOnEachOther() {
        for (String adapter : ADAPTERS) {
            Set<String> all = Set.of("couchdb", "mysql", "policies", "testkit", "examples");
            noClasses()
                    .that(inModules(Set.of(adapter)))
                    .should()
                    .dependOnClassesThat(DescribedPredicate.describe(
                            "of another module than core",
                            type -> isOurs(type)
                                    && all.contains(module(type))
                                    && !module(type).equals(adapter)))
                    .check(classes);
        }
    }

    @Test
    void policies_needNothingButTheCore() {
        classes()
                .that(inModules(Set.of("policies")))
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "of Java, Jackson's tree, the core or policies",
                        type -> type.getPackageName().startsWith("java.")
                                || type.isPrimitive()
                                || type.isArray()
                                || type.getPackageName().startsWith("tools.jackson.")
                                || type.getPackageName().startsWith("org.jspecify.")
                                || (isOurs(type) && Set.of(CORE, "policies").contains(module(type)))))
                .check(classes);
    }

    @Test
    void modules_haveNoCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return isOurs(type) ? SliceIdentifier.of(module(type)) : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "modules";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void loggers_areSlf4jAndNamedAfterAClass() {
        fields().that()
                .haveRawType(LOGGER)
                .should()
                .bePrivate()
                .andShould()
                .beStatic()
                .andShould()
                .beFinal()
                .check(classes);
        noClasses()
                .should()
                .callMethod("org.slf4j.LoggerFactory", "getLogger", "java.lang.String")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.logging..")
                .check(classes);
        assertThat(classes.stream()
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> field.getRawType().getName().equals(LOGGER))
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(Class.forName(nameOf(field)).getPackageName())
                        .as(field.getFullName())
                        .startsWith(ROOT));
    }

    private static String nameOf(JavaField field) throws ReflectiveOperationException {
        Field reflected = field.reflect();
        reflected.setAccessible(true);
        Object logger = reflected.get(null);
        return (String) logger.getClass().getMethod("getName").invoke(logger);
    }
}
