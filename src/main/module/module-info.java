/// Checks native code against its calling convention and its own contract, and calls the wrappers of hypercalls.
///
/// Run with `--enable-native-access=dev.trampette`.
module dev.trampette {
    requires jelf;
    requires org.snakeyaml.engine;
    requires static org.junit.jupiter.api;

    exports dev.trampette.abi;
    exports dev.trampette.call;
    exports dev.trampette.contract;
    exports dev.trampette.junit;
    exports dev.trampette.shim;
    exports dev.trampette.shim.tdx;
    exports dev.trampette.shim.vmx;
    exports dev.trampette.spec;
    exports dev.trampette.tdx;
    exports dev.trampette.verdict;
    exports dev.trampette.vmx;
}
