package dev.trampette.spec;

import java.util.Locale;

/// On which status a wrapper stores the outputs of a leaf.
public enum Stored {
    /// There are none.
    NEVER,
    /// On status 0: they have no meaning otherwise.
    SUCCESS,
    /// On any status but 0.
    FAILURE,
    /// Whatever the status.
    ALWAYS;

    /// {@return whether outputs are stored on a status}
    ///
    /// @param status as the register of the family has it: R10 or RAX
    public boolean on(long status) {
        return this == ALWAYS || this == (status == 0 ? SUCCESS : FAILURE);
    }

    /// {@return whether it depends on the status}
    public boolean isConditional() {
        return this == SUCCESS || this == FAILURE;
    }

    /// {@return the name in tables and contracts: `success`}
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
