package dev.trampette;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            .layer("cost, abi, generate").definedBy("dev.trampette.cost..", "dev.trampette.abi..",
                    "dev.trampette.generate..")
            .layer("tdx, vmx").definedBy("dev.trampette.tdx..", "dev.trampette.vmx..")
            .layer("trap").definedBy("dev.trampette.trap..")
            .layer("probe").definedBy("dev.trampette.probe..")
            .layer("crossing").definedBy("dev.trampette.crossing..")
            .layer("child").definedBy("dev.trampette.child..")
            .layer("inline").definedBy("dev.trampette.inline..")
            .layer("object").definedBy("dev.trampette.object..")
            .layer("image").definedBy("dev.trampette.image..")
            .layer("contract").definedBy("dev.trampette.contract..")
            .layer("shim").definedBy("dev.trampette.shim..")
            .layer("spec").definedBy("dev.trampette.spec..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("junit").mayNotBeAccessedByAnyLayer()
            .whereLayer("benchmarks").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("report").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cost, abi, generate").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report",
                    "junit")
            .whereLayer("tdx, vmx").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "cost, abi, generate")
            .whereLayer("trap").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "cost, abi, generate")
            .whereLayer("probe").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report", "cost, abi, generate", "trap")
            .whereLayer("crossing").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report",
                    "cost, abi, generate", "tdx, vmx", "trap", "probe")
            .whereLayer("child").mayOnlyBeAccessedByLayers("cli", "cost, abi, generate")
            .whereLayer("inline").mayOnlyBeAccessedByLayers("cli", "cost, abi, generate")
            .whereLayer("object").mayOnlyBeAccessedByLayers("cli", "benchmarks", "report",
                    "cost, abi, generate", "trap", "inline");

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
                    "dev.trampette.vmx..", "dev.trampette.abi..");

    @ArchTest
    static final ArchRule processes_for_code_do_not_know_what_runs_in_them = classes()
            .that().resideInAPackage("dev.trampette.child..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.trampette.child..", "dev.trampette.image..",
                    "java..");

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
