package dev.trampette.verify.inline;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.ObjectException;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Code;
import dev.trampette.image.Disassembly;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Pages;
import dev.trampette.inline.AssemblyText;
import dev.trampette.inline.InlineCode;
import dev.trampette.object.ElfSection;
import dev.trampette.object.ForeignObject;
import dev.trampette.probe.ExternalReply;
import dev.trampette.probe.Mapping;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.State;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.trap.Reachable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Where statements run: in the object, where they lie, with RSP in a stack of its own. They are entered by a jump, and
/// a jump stands behind each of their ends meanwhile.
final class Stage {

    /// Bytes of the memory behind a pointer, and where in it the pointer points.
    static final int ROOM = 8 << 10;
    static final int CENTRE = 4 << 10;
    private static final int STACK = 128 << 10;
    private static final int STACK_POINTER = 64 << 10;
    private static final int JUMP_LENGTH = 5;
    private static final byte JUMP = (byte) 0xe9;
    /// Functions of a kernel use no vectors.
    private static final int ALL_VECTORS = 0xffff;
    /// The stubs that leave are so far apart.
    private static final int STUB = 16;
    private static final long SLOTS = 32;
    /// Variables that are more than this are not looked at.
    private static final long MOST_VARIABLES = 64 << 10;

    private static final Pattern SYSTEM_CALL = Pattern.compile("(?:syscall|sysenter|int\\s+0x80).*");
    private static final Pattern CALL = Pattern.compile("(?:bnd )?(?:call|jmp)\\s+0x([0-9a-f]+).*");

    private static final Pattern BIT_SCAN = Pattern.compile("bs[fr]\\b.*");
    private static final Pattern CONDITIONAL = Pattern.compile("cmov\\w+\\s+\\w+,(\\w+)");
    private static final Pattern DESTINATION = Pattern.compile("(\\w+)\\s+(\\w+),.*");
    private static final Pattern FLAGS_READ = Pattern.compile("(?:pushf|lahf).*");

    private final ForeignObject object;
    private final Bridge bridge;
    private final Arena arena;
    private final Script script;
    private final Probe probe;
    private final Code enter;
    private final long leave;
    private final MemorySegment slots;
    private final MemorySegment stack;
    private final Map<Integer, MemorySegment> buffers = new HashMap<>();
    private final NavigableMap<Long, Disassembly.Line> instructions = new TreeMap<>();
    private final Map<String, Optional<Long>> symbols = new HashMap<>();
    private final List<MemorySegment> variables;
    private final List<ExternalReply> externals;

    Stage(ForeignObject object, Bridge bridge, Outside outside, RandomGenerator random, Arena arena) {
        this.object = object;
        this.bridge = bridge;
        this.arena = arena;
        this.script = Script.of(Image.shim(), arena);
        this.externals = script.externals(outside.functions().size(), arena);
        for (int n = 0; n < externals.size(); n++) {
            ExternalReply external = externals.get(n);
            if (outside.ends().contains(outside.functions().get(n))) {
                external.comesBack(ExternalReply.Mode.ENDS);
            }
            IntStream.range(0, Script.MOST).forEach(call -> external.setResult(call, random.nextLong()));
        }
        script.setKept(0, object.isOfKernel() ? ALL_VECTORS : 0);
        this.probe = new Probe(script, arena);
        probe.setBridge(bridge, arena);
        this.enter = object.code("trampette_enter");
        this.leave = object.code("trampette_leave").entry().address();
        this.slots = MemorySegment.ofAddress(address("trampette_outer")).reinterpret(SLOTS);
        this.stack = Mapping.guarded(STACK, arena);
        for (long at = 0; at < STACK; at += Long.BYTES) {
            stack.set(JAVA_LONG, at, random.nextLong());
        }
        this.variables = variables();
        for (ElfSection section : object.elf().sections()) {
            if (section.isExecutable() && section.isAllocated() && section.size() > 0) {
                Disassembly.required(object.elf().bytes(section), section.address()).forEach(line ->
                        instructions.put(line.address(), line));
            }
            if (section.isExecutable() && section.isAllocated() && section.size() > 0 && !Pages.protect(
                    Pages.around(section.address(), section.size()), Pages.Access.READ_WRITE_EXECUTE)) {
                throw ObjectException.unchangeable(section.address());
            }
        }
    }

    private List<MemorySegment> variables() {
        List<MemorySegment> all = object.elf().sections().stream().filter(section -> section.isAllocated()
                && section.isWritable() && !section.isExecutable() && section.size() > 0)
                .map(section -> MemorySegment.ofAddress(section.address()).reinterpret(section.size())).toList();
        return all.stream().mapToLong(MemorySegment::byteSize).sum() > MOST_VARIABLES ? List.of() : all;
    }

    Script script() {
        return script;
    }

    Probe probe() {
        return probe;
    }

    Bridge bridge() {
        return bridge;
    }

    /// A place in the code, with the line of the source.
    String place(long address) {
        return object.locate(address).orElse("0x%x".formatted(address));
    }

    /// Let an operand of an instruction of ours be in all the memory that is there.
    void allow(Setting setting) {
        int window = 0;
        script.allow(window++, stack);
        for (int key : setting.buffers.keySet()) {
            if (window < Script.MOST_WINDOWS) {
                script.allow(window++, buffer(key));
            }
        }
        for (MemorySegment section : variables) {
            if (window < Script.MOST_WINDOWS) {
                script.allow(window++, section);
            }
        }
    }

    /// Let the instruction write where pointers point.
    void stores(int[] keys, RandomGenerator random) {
        for (int n = 0; n < Math.min(keys.length, Script.STORES); n++) {
            MemorySegment from = arena.allocate(Long.BYTES);
            from.set(JAVA_LONG, 0, random.nextLong());
            script.store(n, buffer(keys[n]).asSlice(CENTRE, Long.BYTES), from);
        }
    }

    /// Whether the code goes on somewhere when an instruction faults.
    boolean hasFixUp(long instruction) {
        return bridge instanceof Bridge.Trap trap && trap.fixUps().stream().anyMatch(one ->
                one.instruction() == instruction);
    }

    private boolean isSystemCall(long instruction) {
        return bridge instanceof Bridge.Trap trap && trap.sites().stream().anyMatch(site ->
                site.address() == instruction && site.instruction() == Instruction.VMMCALL
                        && site.length() == AssemblyText.SYSTEM_CALL_LENGTH);
    }

    /// What in a statement nobody can answer: a system call, an instruction of a kernel.
    Optional<String> unanswerable(InlineCode.Copy copy) {
        long begin = address(copy.begin());
        long end = address(copy.ends().getFirst());
        if (end <= begin) {
            return Optional.of("it is nothing but what lies in other sections");
        }
        List<Disassembly.Line> lines = instructions(copy);
        return lines.stream().map(Disassembly.Line::text).filter(text -> SYSTEM_CALL.matcher(text).matches())
                .findFirst().map("it has a system call, which would be one of this system: %s"::formatted)
                .or(() -> lines.stream().map(line -> CALL.matcher(line.text())).filter(Matcher::matches)
                        .map(call -> Long.parseUnsignedLong(call.group(1), 16))
                        .filter(target -> target < begin || target >= end)
                        .flatMap(target -> unanswerable(target).stream()).findFirst());
    }

    /// Whether a statement is there to look at the flags as they are.
    boolean readsFlags(InlineCode.Copy copy) {
        return instructions(copy).stream().anyMatch(line -> FLAGS_READ.matcher(line.text()).matches());
    }

    /// Whether it looks for a bit: what is written when there is none, nobody says.
    boolean scansBits(InlineCode.Copy copy) {
        return instructions(copy).stream().anyMatch(line -> BIT_SCAN.matcher(line.text()).matches());
    }

    /// Whether a register is written before a conditional move reads another one: that a value has no effect once does
    /// not say that it is not read.
    boolean isReadLater(InlineCode.Copy copy, Gpr written, Gpr read) {
        boolean isWritten = false;
        for (Disassembly.Line line : instructions(copy)) {
            Matcher move = CONDITIONAL.matcher(line.text());
            if (isWritten && move.matches() && Gpr.named(move.group(1)).filter(read::equals).isPresent()) {
                return true;
            }
            Matcher to = DESTINATION.matcher(line.text());
            isWritten |= to.matches() && !to.group(1).matches("cmp|test|push|bt")
                    && Gpr.named(to.group(2)).filter(written::equals).isPresent();
        }
        return false;
    }

    private List<Disassembly.Line> instructions(InlineCode.Copy copy) {
        long begin = address(copy.begin());
        long end = address(copy.ends().getFirst());
        return end <= begin ? List.of() : List.copyOf(instructions.subMap(begin, end).values());
    }

    private Optional<String> unanswerable(long target) {
        Code code = new Code(place(target), MemorySegment.ofAddress(target));
        return Reachable.unanswerable(object, code).or(() -> Reachable.systemCall(object, code))
                .map("it can come to %s, which nobody answers"::formatted);
    }

    /// What a variable is called.
    String variable(long address) {
        return object.symbol(address).orElse("0x%x".formatted(address));
    }

    /// The address of a symbol or label.
    long address(String symbol) {
        return find(symbol).orElseThrow(() -> new IllegalStateException("no such symbol, symbol=" + symbol));
    }

    Optional<Long> find(String symbol) {
        return symbols.computeIfAbsent(symbol, name -> object.address(name).stream().boxed().findFirst());
    }

    /// Memory behind a pointer.
    MemorySegment buffer(int key) {
        return buffers.computeIfAbsent(key, _ -> Mapping.guarded(ROOM, arena));
    }

    /// RSP at a statement.
    ///
    /// @param alignment modulo 16
    long stackPointer(int alignment) {
        return stack.address() + STACK_POINTER + alignment;
    }

    /// Whether memory of a size is there and can be written: on the stack, or a variable.
    boolean isWritable(long address, int size) {
        return contains(stack, address, size) || object.elf().sections().stream().anyMatch(section ->
                section.isAllocated() && section.isWritable() && section.contains(address)
                && section.contains(address + size - 1));
    }

    static boolean contains(MemorySegment segment, long address, long size) {
        return address >= segment.address() && address + size <= segment.address() + segment.byteSize();
    }

    /// The memory where some address is in a pointer's buffer, and which.
    Optional<Integer> near(long address, long distance) {
        return buffers.entrySet().stream().filter(entry -> address >= entry.getValue().address() - distance
                && address < entry.getValue().address() + ROOM + distance).map(Map.Entry::getKey).findFirst();
    }

    /// Let a copy of a statement run.
    Passage run(InlineCode.Copy copy, Setting setting) {
        object.reset();
        long pointer = setting.registers[Gpr.RSP.ordinal()];
        surround(setting, pointer);
        slots.setAtIndex(JAVA_LONG, 1, pointer);
        slots.setAtIndex(JAVA_LONG, 2, address(copy.begin()));
        slots.setAtIndex(JAVA_LONG, 3, -1);
        Map<Long, byte[]> replaced = new HashMap<>();
        for (int way = copy.ends().size() - 1; way >= 0; way--) {
            int number = way;
            find(copy.ends().get(way)).ifPresent(end -> replaced.putIfAbsent(end, jump(end, leave + number * STUB)));
        }
        Optional<WrapperCrash> crash = Optional.empty();
        try {
            probe.call(enter);
        } catch (WrapperCrash e) {
            crash = Optional.of(e);
        } finally {
            replaced.forEach((address, bytes) -> MemorySegment.copy(bytes, 0,
                    MemorySegment.ofAddress(address).reinterpret(bytes.length), JAVA_BYTE, 0, bytes.length));
        }
        return passage(setting, pointer, crash);
    }

    private static byte[] jump(long at, long to) {
        MemorySegment code = MemorySegment.ofAddress(at).reinterpret(JUMP_LENGTH);
        byte[] before = code.toArray(JAVA_BYTE);
        code.set(JAVA_BYTE, 0, JUMP);
        code.set(JAVA_INT_UNALIGNED, 1, (int) (to - at - JUMP_LENGTH));
        return before;
    }

    private void surround(Setting setting, long pointer) {
        State before = probe.stateBefore();
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP) {
                before.registers().set(register, setting.registers[register.ordinal()]);
            }
        }
        before.registers().setRflags(setting.rflags);
        before.setVectors(setting.vectors);
        for (int n = 0; n < Setting.MASKS; n++) {
            before.setMask(n, setting.masks[n]);
        }
        probe.setAsideValues(setting.asides);
        MemorySegment.copy(setting.stack, 0, stack, JAVA_LONG, pointer - Setting.BELOW * 8L - stack.address(),
                setting.stack.length);
        setting.buffers.forEach((key, bytes) -> MemorySegment.copy(bytes, 0, buffer(key), JAVA_BYTE, 0, bytes.length));
        setting.variables.forEach((address, bytes) -> MemorySegment.copy(bytes, 0,
                MemorySegment.ofAddress(address).reinterpret(bytes.length), JAVA_BYTE, 0, bytes.length));
        script.rewind();
    }

    /// What is in the sections of variables when nothing has run: with the values of a setting.
    Map<Long, byte[]> variablesBefore(Setting setting) {
        object.reset();
        setting.variables.forEach((address, bytes) -> MemorySegment.copy(bytes, 0,
                MemorySegment.ofAddress(address).reinterpret(bytes.length), JAVA_BYTE, 0, bytes.length));
        return seen();
    }

    private Map<Long, byte[]> seen() {
        Map<Long, byte[]> seen = new TreeMap<>();
        for (MemorySegment section : variables) {
            byte[] bytes = section.toArray(JAVA_BYTE);
            long from = slots.address() - section.address();
            for (long at = Math.max(0, from); at < Math.min(bytes.length, from + SLOTS); at++) {
                bytes[(int) at] = 0;
            }
            seen.put(section.address(), bytes);
        }
        return seen;
    }

    private Passage passage(Setting setting, long pointer, Optional<WrapperCrash> crash) {
        State after = probe.stateAfter();
        long[] registers = new long[16];
        long[] vectors = new long[setting.vectors.length];
        long[] masks = new long[Setting.MASKS];
        if (crash.isEmpty()) {
            for (Gpr register : Gpr.values()) {
                registers[register.ordinal()] = after.registers().get(register);
            }
            after.vectors(vectors);
            for (int n = 0; n < masks.length; n++) {
                masks[n] = after.mask(n);
            }
        }
        long[] words = new long[setting.stack.length];
        MemorySegment.copy(stack, JAVA_LONG, pointer - Setting.BELOW * 8L - stack.address(), words, 0, words.length);
        Map<Integer, byte[]> memory = new TreeMap<>();
        setting.buffers.keySet().forEach(key -> memory.put(key, buffer(key).toArray(JAVA_BYTE)));
        List<Passage.Executed> executions = new ArrayList<>();
        for (int n = 0; n < script.recorded(); n++) {
            Registers at = script.execution(n).registers();
            Bridge.Execution what = bridge.decode(at);
            long[] values = new long[16];
            for (Gpr register : Gpr.values()) {
                values[register.ordinal()] = at.get(register);
            }
            executions.add(new Passage.Executed(what, values, script.execution(n).operands(what),
                    isSystemCall(what.at())));
        }
        return new Passage(registers, after.registers().rflags(), (int) slots.getAtIndex(JAVA_LONG, 3),
                slots.getAtIndex(JAVA_LONG, 1) - pointer, vectors, masks, after.mxcsr(), after.x87Control(),
                after.x87Tag(), memory, seen(), words, executions, probe.asides(), crash);
    }
}
