package dev.replicationset;

import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: the packages from the core outwards, and what none of them may hold. */
class ArchitectureTest {
    private static final String ROOT = "dev.replicationset";
    private static final int MOST_LINES = 400;

    /** Each may use only those before it. */
    private static final List<String> LAYERS =
            List.of("api", "topology", "desired", "mysql", "cluster", "monitor", "reconcile", "runtime");

    private static final String[] JDBC = {"java.sql..", "javax.sql..", "com.mysql.."};
    private static final String CLIENT = "io.fabric8.kubernetes.client..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final DescribedPredicate<JavaClass> CHANGING = DescribedPredicate.describe(
            "a type whose value changes",
            type -> Stream.of(
                            HashMap.class,
                            ArrayList.class,
                            HashSet.class,
                            ConcurrentMap.class,
                            AtomicReference.class,
                            AtomicBoolean.class,
                            AtomicInteger.class,
                            AtomicLong.class,
                            ThreadLocal.class)
                    .anyMatch(type::isAssignableTo));

    static List<String> layers() {
        return LAYERS;
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aPackageUsesOnlyThoseBeforeIt(String layer) {
        String[] outer = LAYERS.subList(LAYERS.indexOf(layer) + 1, LAYERS.size()).stream()
                .map(ArchitectureTest::inside)
                .toArray(String[]::new);
        if (outer.length > 0) {
            noClasses()
                    .that()
                    .resideInAPackage(inside(layer))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(outer)
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void everyPackageHasItsPlace() {
        assertThat(CLASSES.stream().map(type -> type.getPackageName()).distinct())
                .allSatisfy(name -> assertThat(LAYERS)
                        .contains(name.substring(ROOT.length() + 1).split("\\.", -1)[0]));
    }

    @Test
    void theyDoNotDependOnEachOtherInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("withoutJdbc")
    void onlyTheMysqlPackageKnowsJdbc(String layer) {
        forbid(layer, JDBC);
    }

    static Stream<String> withoutJdbc() {
        return LAYERS.stream().filter(layer -> !layer.equals("mysql"));
    }

    @ParameterizedTest
    @MethodSource("withoutClient")
    void theseDoNotKnowTheKubernetesClient(String layer) {
        forbid(layer, CLIENT, "io.javaoperatorsdk..");
    }

    static Stream<String> withoutClient() {
        return Stream.of("topology", "desired", "mysql", "monitor");
    }

    @ParameterizedTest
    @MethodSource("withoutKubernetes")
    void theseDoNotKnowKubernetes(String layer) {
        forbid(layer, "io.fabric8..");
    }

    static Stream<String> withoutKubernetes() {
        return Stream.of("mysql", "monitor");
    }

    @Test
    void decisionsKnowNoTimeChanceOrThread() {
        forbid("topology", "java.util.concurrent..", "java.net..", "java.nio..", "java.io..");
        noClasses()
                .that()
                .resideInAPackage(inside("topology"))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Thread.class, Random.class, RandomGenerator.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    @Test
    void timeComesFromAClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .because("a Clock is injected where time is needed")
                .check(CLASSES);
    }

    @Test
    void noStateIsStatic() {
        fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(SYNTHETIC)
                .should()
                .beFinal()
                .check(CLASSES);
        noFields()
                .that()
                .areStatic()
                .and()
                .doNotHaveModifier(SYNTHETIC)
                .should()
                .haveRawType(CHANGING)
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl)(\\$.*)?")
                .check(CLASSES);
    }

    @Test
    void noSourceFileIsLong() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            Map<Path, Integer> tooLong = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> lines(file) > MOST_LINES)
                    .collect(Collectors.toMap(file -> file, ArchitectureTest::lines));
            assertThat(tooLong).isEmpty();
        }
    }

    private static void forbid(String layer, String... packages) {
        noClasses()
                .that()
                .resideInAPackage(inside(layer))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static String inside(String layer) {
        return ROOT + "." + layer + "..";
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
