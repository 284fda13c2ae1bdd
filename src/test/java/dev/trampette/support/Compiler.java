package dev.trampette.support;

import java.net.URI;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles statements, to show that some do not compile.
public final class Compiler {

    private Compiler() {
    }

    /// The errors that the compiler finds in the body of a method with these parameters; none when it compiles.
    public static List<String> errors(String parameters, String body) {
        String text = """
                import dev.trampette.abi.*;
                import dev.trampette.contract.*;
                import dev.trampette.call.*;
                import dev.trampette.crossing.*;
                import dev.trampette.image.*;
                import dev.trampette.shim.*;
                import dev.trampette.shim.tdx.*;
                import dev.trampette.spec.*;
                import dev.trampette.tdx.*;
                import dev.trampette.vmx.*;
                import java.lang.foreign.*;
                import java.time.*;
                class Attempt {
                    Object attempt(%s) throws Throwable { %s }
                }
                """.formatted(parameters, body);
        JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///Attempt.java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        ToolProvider.getSystemJavaCompiler().getTask(null, null, diagnostics,
                List.of("-proc:none", "-d", System.getProperty("java.io.tmpdir"), "-classpath",
                        System.getProperty("java.class.path")), null, List.of(source)).call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == javax.tools.Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(null))
                .toList();
    }
}
