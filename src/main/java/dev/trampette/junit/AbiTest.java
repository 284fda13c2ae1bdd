package dev.trampette.junit;

import dev.trampette.abi.AbiAssert;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that a native function keeps its calling convention and its contract, with JUnit Jupiter.
///
/// ```java
/// @AbiTest(library = "build/libchecksum.so", symbol = "checksum", contract = "arguments=data:in[8] words:u64{0..8}")
/// void checksum() {
/// }
///
/// @AbiTest(library = "build/libchecksum.so", contracts = "src/test/checksum.contract")
/// void everyRoutine() {
/// }
/// ```
///
/// The check is made before the method, which may be empty. A method with a parameter of type
/// [dev.trampette.abi.AbiCheck] is given the check instead, and ends with `check.holds()`. With a file of contracts
/// there is a test for each symbol in it.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(AbiTests.class)
public @interface AbiTest {

    /// Where the function is: a file, a resource of the class path, or a shared object that the dynamic linker finds.
    /// A file may also be an object, an archive or a source.
    ///
    /// @return a path or a name
    String library();

    /// The function, when there is one.
    ///
    /// @return the name of its symbol
    String symbol() default "";

    /// What the function promises.
    ///
    /// @return a contract, without `symbol=`
    String contract() default "";

    /// A file of contracts instead, or a resource of the class path: a test for each of its symbols.
    ///
    /// @return a path
    String contracts() default "";

    /// Whether the function runs in a process of its own.
    ///
    /// @return false when nobody says so
    boolean isolated() default false;

    /// How many cases are made.
    ///
    /// @return at least 1
    int cases() default AbiAssert.CASES;

    /// How long it may take: a slow function gets fewer cases.
    ///
    /// @return seconds
    int seconds() default 10;
}
