package dev.trampette.object;

/// What a loader maps.
record ElfSegment(int type, int flags, long offset, long address, long fileSize, long memorySize) {

    static final int LOAD = 1;
    static final int DYNAMIC = 2;
}
