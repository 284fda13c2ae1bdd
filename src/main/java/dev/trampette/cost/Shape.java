package dev.trampette.cost;

/// What a hypercall passes and returns, and the leaf that stands for it in the measurements.
public enum Shape {

    /// Nothing comes back but the status: Instruction.HLT.
    OUTPUTS_0("0 outputs", "hlt"),
    /// One output, in R11: Instruction.RDMSR.
    OUTPUTS_1("1 output", "rdmsr"),
    /// Four outputs, in R12 to R15: Instruction.CPUID.
    OUTPUTS_4("4 outputs", "cpuid"),
    /// An output that matters on failure: MapGPA. It is measured on success, where R11 is not stored.
    IN_OUT("in-out", "map_gpa"),
    /// Inputs nearly everywhere: ReportFatalError.
    INPUTS_ALL("all inputs", "report_fatal_error"),
    /// Outputs nearly everywhere: Instruction.PCONFIG.
    OUTPUTS_ALL("all outputs", "pconfig");

    private final String label;
    private final String leaf;

    Shape(String label, String leaf) {
        this.label = label;
        this.leaf = leaf;
    }

    /// The name in tables and in JSON: `4 outputs`.
    public String label() {
        return label;
    }

    /// The leaf as symbols spell it: `cpuid`.
    public String leaf() {
        return leaf;
    }

    @Override
    public String toString() {
        return label;
    }
}
