package dev.trampette;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Imports point downwards: the picture in ARCHITECTURE.md.
@AnalyzeClasses(packages = "dev.trampette", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule imports_point_downwards = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("cli").definedBy("dev.trampette.cli..")
            .layer("junit").definedBy("dev.trampette.junit..")
            .layer("benchmarks").definedBy("dev.trampette.benchmarks..")
            .layer("report").definedBy("dev.trampette.report..")
            .layer("abi").definedBy("dev.trampette.abi..")
            .layer("cost, verify, generate").definedBy("dev.trampette.cost..", "dev.trampette.verify..",
                    "dev.trampette.generate..")
            .layer("tdx, vmx").definedBy("dev.trampette.tdx..", "dev.trampette.vmx..")
            .layer("trap").definedBy("dev.trampette.trap..")
            .layer("probe").definedBy("dev.trampette.probe..")
            .layer("crossing").definedBy("dev.trampette.crossing..")
            .layer("child").definedBy("dev.trampette.child..")
            .layer("inline").definedBy("dev.trampette.inline..")
            .layer("object").definedBy("dev.trampette.object..")
            .layer("image").definedBy("dev.trampette.image..")
            .layer("verdict").definedBy("dev.trampette.verdict..")
            .layer("contract").definedBy("dev.trampette.contract..")
            .layer("shim").definedBy("dev.trampette.shim..")
            .layer("spec").definedBy("dev.trampette.spec..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("junit").mayNotBeAccessedByAnyLayer()
            .whereLayer("benchmarks").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("report").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("abi").mayOnlyBeAccessedByLayers("junit")
            .whereLayer("cost, verify, generate").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "abi")
            .whereLayer("tdx, vmx").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "cost, verify, generate")
            .whereLayer("trap").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "cost, verify, generate")
            .whereLayer("probe").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "abi",
                    "cost, verify, generate", "trap")
            .whereLayer("crossing").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report",
                    "cost, verify, generate", "tdx, vmx", "trap", "probe")
            .whereLayer("child").mayOnlyBeAccessedByLayers("cli", "cost, verify, generate")
            .whereLayer("inline").mayOnlyBeAccessedByLayers("cli", "cost, verify, generate")
            .whereLayer("object").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report",
                    "cost, verify, generate", "trap", "inline");

    @ArchTest
    static void lines_end_at_column_120(JavaClasses classes) throws IOException {
        List<String> longer = new ArrayList<>();
        for (String directory : List.of("src", "benchmarks", "examples")) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                for (Path file : files.filter(path -> path.toString().matches(".*\\.(java|asm|inc)")).toList()) {
                    List<String> lines = Files.readAllLines(file);
                    IntStream.range(0, lines.size()).filter(n -> lines.get(n).length() > 120)
                            .forEach(n -> longer.add(file + ":" + (n + 1)));
                }
            }
        }

        assertThat(longer).isEmpty();
    }

    @ArchTest
    static final ArchRule images_do_not_know_what_calls_them = noClasses()
            .that().resideInAPackage("dev.trampette.image..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.trampette.crossing..", "dev.trampette.tdx..",
                    "dev.trampette.vmx..");

    @ArchTest
    static final ArchRule objects_do_not_know_what_calls_them = noClasses()
            .that().resideInAPackage("dev.trampette.object..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.trampette.crossing..", "dev.trampette.tdx..",
                    "dev.trampette.vmx..", "dev.trampette.verify..");

    @ArchTest
    static final ArchRule processes_for_code_do_not_know_what_runs_in_them = classes()
            .that().resideInAPackage("dev.trampette.child..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.child..", "dev.trampette.image..",
                    "dev.trampette.call..", "java..");

    /// So they work where nothing can be executed from a temporary directory.
    @ArchTest
    static final ArchRule what_only_reads_images_does_not_load_them = noClasses()
            .that().haveSimpleName("ListCommand").or().haveSimpleName("DescribeCommand").or()
            .haveSimpleName("SizeCommand").or().haveSimpleName("SiteSize").or().haveSimpleName("Instructions")
            .should().dependOnClassesThat().haveSimpleName("Image");

    @ArchTest
    static final ArchRule what_calls_come_back_with_knows_nobody = classes()
            .that().resideInAPackage("dev.trampette.call..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.call..", "java..");

    @ArchTest
    static final ArchRule the_verifier_is_built_from_the_ground = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("above").definedBy("dev.trampette.verify.trace..", "dev.trampette.verify.question..",
                    "dev.trampette.verify.inline..", "dev.trampette.verify.learn..")
            .layer("verify").definedBy("dev.trampette.verify")
            .layer("kinds").definedBy("dev.trampette.verify.kinds..")
            .layer("walk").definedBy("dev.trampette.verify.walk..")
            .layer("trial").definedBy("dev.trampette.verify.trial..")
            .layer("values").definedBy("dev.trampette.verify.values..")
            .whereLayer("above").mayNotBeAccessedByAnyLayer()
            .whereLayer("verify").mayOnlyBeAccessedByLayers("above")
            .whereLayer("kinds").mayOnlyBeAccessedByLayers("above", "verify")
            .whereLayer("walk").mayOnlyBeAccessedByLayers("above", "verify")
            .whereLayer("trial").mayOnlyBeAccessedByLayers("above", "verify", "kinds", "walk");

    @ArchTest
    static final ArchRule verdicts_know_contracts_only = classes()
            .that().resideInAPackage("dev.trampette.verdict..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.verdict..",
                    "dev.trampette.contract..", "dev.trampette.spec..", "java..");

    /// Who uses the library can name all that it is given: a signature that is exported names nothing that is not.
    @ArchTest
    static void exported_signatures_name_exported_types(JavaClasses classes) throws IOException {
        Set<String> exported = new HashSet<>(Pattern.compile("exports ([\\w.]+);")
                .matcher(Files.readString(Path.of("src/main/module/module-info.java"))).results()
                .map(export -> export.group(1)).toList());
        assertThat(hidden(classes, exported)).isEmpty();

        exported.add("dev.trampette.image");
        assertThat(hidden(classes, exported)).anyMatch(line -> line.contains("FrameTable"));
    }

    /// What exported types name that their users cannot.
    private static List<String> hidden(JavaClasses classes, Set<String> exported) {
        Predicate<JavaClass> isVisible = type -> exported.contains(type.getPackageName()) && isVisible(type);
        List<String> hidden = new ArrayList<>();
        classes.stream().filter(isVisible).forEach(type -> {
            Stream<JavaClass> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                    .flatMap(it -> it.getAllInvolvedRawTypes().stream());
            Stream<JavaClass> members = type.getMembers().stream()
                    .filter(member -> !Collections.disjoint(member.getModifiers(), Set.of(PUBLIC, PROTECTED)))
                    .flatMap(member -> member.getAllInvolvedRawTypes().stream());
            Stream.concat(supertypes.filter(it -> !exported.contains(it.getPackageName())), members)
                    .map(JavaClass::getBaseComponentType)
                    .filter(it -> it.getPackageName().startsWith("dev.trampette") && !isVisible.test(it))
                    .forEach(it -> hidden.add(type.getName() + " names " + it.getName()));
        });
        return hidden;
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(PUBLIC) && type.getEnclosingClass().stream()
                .allMatch(ArchitectureTest::isVisible);
    }

    @ArchTest
    static final ArchRule contracts_know_the_specification_only = classes()
            .that().resideInAPackage("dev.trampette.contract..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.contract..", "dev.trampette.spec..",
                    "java..");

    @ArchTest
    static final ArchRule shims_know_the_specification_only = classes()
            .that().resideInAPackage("dev.trampette.shim..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.shim..", "dev.trampette.spec..",
                    "java..");

    @ArchTest
    static final ArchRule decoders_know_the_specification_only = classes()
            .that().resideInAPackage("dev.trampette.decode..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.decode..", "dev.trampette.spec..",
                    "java..");

    @ArchTest
    static final ArchRule the_specification_knows_nobody = classes()
            .that().resideInAPackage("dev.trampette.spec..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.spec..", "java..",
                    "org.snakeyaml..");

    @ArchTest
    static final ArchRule the_generator_runs_before_anything_is_compiled = classes()
            .that().resideInAPackage("dev.trampette.generate..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.generate..", "dev.trampette.spec..",
                    "java..");

    @ArchTest
    static final ArchRule junit_is_for_those_who_have_it = noClasses()
            .that().resideOutsideOfPackage("dev.trampette.junit..")
            .should().dependOnClassesThat().resideInAnyPackage("org.junit..", "dev.trampette.junit..");

    @ArchTest
    static final ArchRule the_library_needs_no_lab = noClasses()
            .that().resideOutsideOfPackages("dev.trampette.cli..", "dev.trampette.report..",
                    "dev.trampette.benchmarks..", "dev.trampette.cost..")
            .should().dependOnClassesThat().resideInAnyPackage("picocli..", "org.openjdk.jmh..", "tools.jackson..",
                    "me.tongfei..", "org.apache.commons..", "dev.trampette.report..", "dev.trampette.cli..",
                    "dev.trampette.benchmarks..", "dev.trampette.cost..");
}
