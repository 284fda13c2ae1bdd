package dev.trampette.cost;

import java.util.Locale;

/// From where a call site is called. The layers are never mixed: a downcall costs more than the designs differ by.
public enum Layer {

    /// From a loop in assembly, many calls in one downcall: the price of the call site itself.
    LOOP,
    /// From Java, with a downcall that is linked as critical.
    CRITICAL,
    /// From Java, with an ordinary downcall.
    DOWNCALL,
    /// From Java, by every way there is, to the same assembly.
    JAVA,
    /// A sequence of VMREADs or VMWRITEs with other values alive, from the loop in assembly.
    SEQUENCE,
    /// The wrappers of any leaf, from the loop in assembly, when they are asked for.
    LEAF;

    /// Whether it is Java that calls.
    public boolean isJava() {
        return this == CRITICAL || this == DOWNCALL || this == JAVA;
    }

    /// The name in tables and in JSON: `loop`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
