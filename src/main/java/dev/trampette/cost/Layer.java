package dev.trampette.cost;

import java.util.Locale;

/// From where a call site is called. The layers are never mixed: a downcall costs more than the designs differ by.
public enum Layer {

    /// From a loop in assembly, many calls in one downcall: the price of the call site itself.
    LOOP,
    /// From Java, with a downcall that is linked as critical.
    CRITICAL,
    /// From Java, with an ordinary downcall.
    DOWNCALL;

    /// The name in tables and in JSON: `loop`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
