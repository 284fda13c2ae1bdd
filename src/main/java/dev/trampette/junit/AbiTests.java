package dev.trampette.junit;

import dev.trampette.abi.AbiAssert;
import dev.trampette.abi.AbiCheck;
import dev.trampette.contract.ContractFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/// Makes the tests of an [AbiTest].
final class AbiTests implements TestTemplateInvocationContextProvider {

    private static final String SHARED_OBJECT = ".*\\.so(\\.\\d+)*";

    AbiTests() {
    }

    /// One test.
    ///
    /// @param symbol the function
    /// @param check of it
    private record Invocation(String symbol, AbiCheck check) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int number) {
            return symbol;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Checking(check));
        }
    }

    /// Gives the check to the method, or makes it.
    private record Checking(AbiCheck check) implements ParameterResolver, BeforeTestExecutionCallback {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == AbiCheck.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return check;
        }

        @Override
        public void beforeTestExecution(ExtensionContext context) {
            if (!Arrays.asList(context.getRequiredTestMethod().getParameterTypes()).contains(AbiCheck.class)) {
                check.holds();
            }
        }
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return annotation(context).isPresent();
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        AbiTest test = annotation(context).orElseThrow();
        Class<?> type = context.getRequiredTestClass();
        if (test.contracts().isEmpty() == test.symbol().isEmpty()) {
            throw new ExtensionConfigurationException("@AbiTest needs a symbol, or a file of contracts");
        }
        if (!test.symbol().isEmpty()) {
            AbiCheck check = check(test, test.symbol(), type);
            return Stream.of(new Invocation(test.symbol(), test.contract().isBlank() ? check
                    : check.contract(test.contract())));
        }
        ContractFile file = ContractFile.read(test.contracts(), text(file(test.contracts(), type).orElseThrow(() ->
                new ExtensionConfigurationException("no such file: " + test.contracts()))));
        return file.symbols().stream().map(symbol -> new Invocation(symbol, check(test, symbol, type)
                .contract(file.contract(symbol).orElseThrow())));
    }

    private static Optional<AbiTest> annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), AbiTest.class);
    }

    private static AbiCheck check(AbiTest test, String symbol, Class<?> type) {
        AbiCheck check = find(test.library(), symbol, type).cases(test.cases())
                .within(Duration.ofSeconds(test.seconds()));
        return test.isolated() ? check.isolated() : check;
    }

    private static AbiCheck find(String library, String symbol, Class<?> type) {
        Optional<Path> file = file(library, type);
        if (file.isPresent() && !library.matches(SHARED_OBJECT)) {
            return AbiAssert.that(file.get(), symbol);
        }
        try {
            SymbolLookup lookup = file.isPresent() ? SymbolLookup.libraryLookup(file.get(), Arena.global())
                    : SymbolLookup.libraryLookup(library, Arena.global());
            return AbiAssert.that(lookup, symbol);
        } catch (NoSuchElementException e) {
            throw new ExtensionConfigurationException("no such symbol, symbol=%s, library=%s".formatted(symbol,
                    library), e);
        } catch (IllegalArgumentException e) {
            throw new ExtensionConfigurationException("the library cannot be loaded: " + e.getMessage(), e);
        }
    }

    /// A file as it is named, or a resource beside the test, when it is a file.
    private static Optional<Path> file(String name, Class<?> type) {
        Path file = Path.of(name).toAbsolutePath();
        if (Files.exists(file)) {
            return Optional.of(file);
        }
        URL resource = type.getResource(name.startsWith("/") ? name : "/" + name);
        try {
            return resource == null || !resource.getProtocol().equals("file") ? Optional.empty()
                    : Optional.of(Path.of(resource.toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
