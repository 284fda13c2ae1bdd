package dev.trampette.object;

/// A symbol, as the file has it.
record ElfSymbol(String name, int type, int binding, int section, long value, long size) {

    static final int NO_TYPE = 0;
    static final int FUNCTION = 2;
    static final int THREAD_LOCAL = 6;
    static final int INDIRECT = 10;
    static final int WEAK = 2;

    boolean isLocal() {
        return binding == 0;
    }

    boolean isDefined() {
        return section != Elf.UNDEFINED;
    }
}
