package dev.trampette.contract;

/// What a function must do, in Java: it is given the same arguments, and gives the result and the memory that the
/// function must give.
///
/// ```java
/// AbiAssert.that(function)
///         .contract("arguments=out:out[1] a:u64 b:u64 result=u64")
///         .against(given -> {
///             given.memory("out").set(JAVA_LONG, 0, given.value("a") ^ given.value("b"));
///             return given.value("a") + given.value("b");
///         })
///         .holds();
/// ```
@FunctionalInterface
public interface Model {

    /// The result for some arguments.
    ///
    /// @param given the arguments, and the memory behind them, to be written to
    /// @return the bits of the result: of a floating-point number those that [Double#doubleToRawLongBits] or
    ///         [Float#floatToRawIntBits] gives; what a function returns that the contract gives no result is not looked
    ///         at
    long result(Given given);
}
