package dev.trampette.cli.foreign;

/// What a child does with each routine.
public enum Task {

    /// It holds it against its contract.
    VERIFY("verifying"),
    /// It takes asm statements alone, and no routine.
    STATEMENTS("verifying"),
    /// It learns the contract, and no more.
    DESCRIBE("learning"),
    /// It calls it once, instruction by instruction.
    TRACE("tracing");

    private final String doing;

    Task(String doing) {
        this.doing = doing;
    }

    /// For people who wait.
    public String doing() {
        return doing;
    }
}
