package dev.trampette.generate;

import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import java.util.List;

/// Design `inline`: the moves and the instruction at the call site, and no call. The floor.
record Inline() implements DesignSource {

    @Override
    public String label() {
        return "inline";
    }

    @Override
    public String include() {
        return "tdx.inc";
    }

    @Override
    public List<String> contract(Leaf leaf) {
        return leaf.family() == Family.TDVMCALL ? List.of("mask=0x%x".formatted(leaf.mask())) : List.of();
    }

    @Override
    public void callSite(LeafFunction function, Nasm nasm) {
        Direct.minimal(function, true).emit(nasm);
    }
}
