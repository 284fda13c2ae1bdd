package dev.trampette.verify.walk;

/// Looks at a call that was made step by step, at what no look before it and behind it can show.
public interface Looker {

    /// A call of the routine is over.
    void look(Walk walk);
}
