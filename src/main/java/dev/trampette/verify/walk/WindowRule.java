package dev.trampette.verify.walk;

import dev.trampette.contract.Promises;
import dev.trampette.decode.Operation;
import dev.trampette.verdict.Rule;

/// What is called from outside runs without a window: not between STAC and CLAC, where user memory is open, nor with a
/// flag that the contract wants clean there.
public final class WindowRule implements Looker {

    @Override
    public void look(Walk walk) {
        int opened = -1;
        for (int n = 0; n < walk.executed(); n++) {
            if (!walk.isOwn(n)) {
                continue;
            }
            String mnemonic = walk.operation(n).map(Operation::mnemonic).orElse("");
            if (mnemonic.equals("stac")) {
                opened = n;
            } else if (mnemonic.equals("clac") || mnemonic.startsWith("popf")) {
                opened = -1;
            } else if (walk.isCallOut(n)) {
                called(walk, n, opened);
            }
        }
    }

    private static void called(Walk walk, int n, int opened) {
        if (opened >= 0) {
            walk.c().broken(Rule.WINDOW, "a call while ac is set by stac at %s".formatted(
                    walk.instruction(opened).at()), walk.instruction(n));
            return;
        }
        for (Promises.Clean flag : walk.trial().contract().promises().clean()) {
            if ((walk.steps().get(n).rflags() & flag.bit()) != 0) {
                walk.c().broken(Rule.WINDOW, "a call while %s is set".formatted(flag.label()), walk.instruction(n));
            }
        }
    }
}
