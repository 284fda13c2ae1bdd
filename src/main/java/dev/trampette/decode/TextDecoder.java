package dev.trampette.decode;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an instruction does, by its text: as objdump writes it in Intel syntax, and by the table of forms.
final class TextDecoder {

    private static final Pattern TEXT = Pattern.compile(
            "((?:(?:lock|rep[a-z]*|bnd|notrack|data16|cs|ds|es|ss|fs|gs|rex\\S*|xacquire|xrelease) +)*)(\\S+) *(.*)");
    private static final Pattern MEMORY = Pattern.compile("(?:([A-Z]+) (?:PTR|BCST) )?(?:([c-g]s|ss):)?"
            + "(?:\\[([^]]*)]|(0x[0-9a-f]+))(?:\\{.*)?");
    private static final Pattern SEPARATOR = Pattern.compile(", *(?![^\\[]*])");
    private static final Pattern NUMBER = Pattern.compile("-?(?:0x[0-9a-f]+|\\d+)");
    private static final Pattern TERM = Pattern.compile("([+-]?)([a-z0-9]+)(?:\\*([1248]))?");

    private static final Map<String, Integer> BYTES = Map.of("BYTE", 1, "WORD", 2, "DWORD", 4, "FWORD", 6, "QWORD", 8,
            "TBYTE", 10, "OWORD", 16, "XMMWORD", 16, "YMMWORD", 32, "ZMMWORD", 64);
    private static final Map<String, String> CONDITIONS = Map.ofEntries(Map.entry("o", "O"), Map.entry("b", "C"),
            Map.entry("c", "C"), Map.entry("ae", "C"), Map.entry("nae", "C"), Map.entry("e", "Z"),
            Map.entry("z", "Z"), Map.entry("be", "CZ"), Map.entry("a", "CZ"), Map.entry("nbe", "CZ"),
            Map.entry("s", "S"), Map.entry("p", "P"), Map.entry("pe", "P"), Map.entry("po", "P"),
            Map.entry("l", "SO"), Map.entry("ge", "SO"), Map.entry("nge", "SO"), Map.entry("le", "ZSO"),
            Map.entry("g", "ZSO"), Map.entry("nle", "ZSO"));
    private static final Pattern CONDITIONAL = Pattern.compile("(?:cmov|set|j)(.+)");
    private static final Set<String> STRINGS = Set.of("movs", "cmps", "scas", "lods", "stos", "ins", "outs");

    private static final Map<String, Operand.Register> REGISTERS = new HashMap<>();

    static {
        for (Gpr register : Gpr.values()) {
            for (int bytes = 1; bytes <= Long.BYTES; bytes *= 2) {
                REGISTERS.put(register.part(bytes * Byte.SIZE), new Operand.Register(register, bytes, false));
            }
        }
        for (Gpr register : List.of(Gpr.RAX, Gpr.RCX, Gpr.RDX, Gpr.RBX)) {
            REGISTERS.put(register.part(Byte.SIZE).replace('l', 'h'), new Operand.Register(register, 1, true));
        }
    }

    private final Form form;
    private final String mnemonic;
    private final String prefixes;
    private final List<String> operands;
    private final Set<Gpr> reads = EnumSet.noneOf(Gpr.class);
    private final Set<Gpr> writes = EnumSet.noneOf(Gpr.class);
    private final List<MemoryOperand> memory = new ArrayList<>();
    private final List<Long> immediates = new ArrayList<>();
    private OptionalLong target = OptionalLong.empty();

    private TextDecoder(String prefixes, String mnemonic, List<String> operands) {
        this.prefixes = prefixes;
        this.mnemonic = mnemonic;
        this.operands = operands;
        this.form = Form.of(mnemonic, operands.size());
    }

    /// What an instruction does. Those of ours do what this project's tables say.
    ///
    /// @param address of its first byte
    /// @param length in bytes
    /// @param text as objdump has it in Intel syntax
    static Operation decode(long address, int length, String text) {
        Matcher parts = parts(text);
        if (!parts.matches() || parts.group(2).equals("(bad)")) {
            return Operation.unknown(address, text);
        }
        String operands = parts.group(3);
        return new TextDecoder(parts.group(1), parts.group(2), operands.isEmpty() ? List.of()
                : List.of(SEPARATOR.split(operands))).decoded(address, length, text);
    }

    /// The operands that the text of an operation names, in the order of Intel syntax.
    static List<Operand> operands(Operation it) {
        Matcher parts = parts(it.text());
        if (!parts.matches() || parts.group(3).isEmpty()) {
            return List.of();
        }
        Iterator<MemoryOperand> places = it.memory().stream().filter(place -> !place.isImplicit()).iterator();
        return SEPARATOR.splitAsStream(parts.group(3)).<Operand>map(text -> REGISTERS.containsKey(text)
                ? REGISTERS.get(text)
                : NUMBER.matcher(text).matches() ? new Operand.Immediate(number(text))
                : MEMORY.matcher(text).matches() && places.hasNext() ? new Operand.Memory(places.next())
                : new Operand.Other(text)).toList();
    }

    /// The mnemonic, without prefixes.
    static String mnemonic(String text) {
        Matcher parts = parts(text);
        return parts.matches() ? parts.group(2) : text;
    }

    private static Matcher parts(String text) {
        int comment = text.indexOf('#');
        return TEXT.matcher((comment < 0 ? text : text.substring(0, comment)).strip());
    }

    private Operation decoded(long address, int length, String text) {
        if (!mnemonic.startsWith("nop")) {
            reads.addAll(form.reads());
            writes.addAll(form.writes());
            for (int n = 0; n < operands.size(); n++) {
                operand(operands.get(n), n == 0 || mnemonic.equals("mulx") && n == 1 ? form.first()
                        : mnemonic.equals("mulx") ? Form.Use.READ : form.others());
            }
            stack();
            if (STRINGS.contains(mnemonic) && prefixes.contains("rep")) {
                reads.add(Gpr.RCX);
                writes.add(Gpr.RCX);
            }
        }
        return Ours.told(new Operation(address, length, mnemonic, text, reads, writes,
                form.flagsRead() | condition(), form.flagsWritten(), memory, immediates,
                form.kind(), target));
    }

    private long condition() {
        Matcher conditional = CONDITIONAL.matcher(mnemonic);
        return conditional.matches() ? Optional.ofNullable(CONDITIONS.get(conditional.group(1)))
                .or(() -> Optional.of(conditional.group(1)).filter(code -> code.startsWith("n"))
                        .map(code -> CONDITIONS.get(code.substring(1)))).map(Rflags::of).orElse(0L) : 0;
    }

    private void operand(String operand, Form.Use use) {
        Operand.Register register = REGISTERS.get(operand);
        if (register != null) {
            if (use.isRead()) {
                reads.add(register.register());
            }
            if (use.isWritten()) {
                writes.add(register.register());
            }
            return;
        }
        boolean goes = form.kind() != Operation.Kind.OTHER && form.kind() != Operation.Kind.RETURN;
        if (NUMBER.matcher(operand).matches()) {
            long value = number(operand);
            if (goes) {
                target = OptionalLong.of(value);
            } else {
                immediates.add(cut(value));
            }
            return;
        }
        Matcher place = MEMORY.matcher(operand);
        if (place.matches()) {
            memory(place, use);
        }
    }

    /// As many bits of a number as the first operand has.
    private long cut(long value) {
        Operand.Register first = REGISTERS.get(operands.getFirst());
        Matcher place = MEMORY.matcher(operands.getFirst());
        int bytes = first != null ? first.bytes()
                : place.matches() && place.group(1) != null ? BYTES.getOrDefault(place.group(1), 8) : 8;
        return bytes >= 8 ? value : value & (1L << bytes * 8) - 1;
    }

    private void memory(Matcher place, Form.Use use) {
        Optional<Gpr> base = Optional.empty();
        Optional<Gpr> index = Optional.empty();
        int scale = 1;
        long displacement = place.group(4) == null ? 0 : number(place.group(4));
        boolean isRelative = false;
        Matcher term = TERM.matcher(place.group(3) == null ? "" : place.group(3));
        while (term.find()) {
            Operand.Register register = REGISTERS.get(term.group(2));
            if (register != null && term.group(3) == null && base.isEmpty()) {
                base = Optional.of(register.register());
            } else if (register != null) {
                index = Optional.of(register.register());
                scale = term.group(3) == null ? 1 : Integer.parseInt(term.group(3));
            } else if (NUMBER.matcher(term.group(2)).matches()) {
                displacement = number(term.group(2)) * (term.group(1).equals("-") ? -1 : 1);
            } else {
                isRelative |= term.group(2).equals("rip");
            }
        }
        base.ifPresent(reads::add);
        index.ifPresent(reads::add);
        if (use != Form.Use.NONE) {
            String segment = place.group(2) == null || !place.group(2).matches("[fg]s") ? "" : place.group(2);
            int bytes = place.group(1) != null ? BYTES.getOrDefault(place.group(1), form.bytes())
                    : mnemonic.equals("movabs") ? operands.stream().map(REGISTERS::get).filter(Objects::nonNull)
                            .mapToInt(Operand.Register::bytes).findFirst().orElse(0) : form.bytes();
            memory.add(new MemoryOperand(base, index, scale, displacement, segment, isRelative, bytes, use.isRead(),
                    use.isWritten(), STRINGS.contains(mnemonic)));
        }
    }

    private void stack() {
        int bytes = operands.stream().map(REGISTERS::get).filter(one -> one != null && one.bytes() == 2).findFirst()
                .map(Operand.Register::bytes).orElse(8);
        switch (form.stack()) {
            case PUSH -> memory.add(MemoryOperand.stack(Gpr.RSP, -bytes, bytes, true));
            case POP -> memory.add(MemoryOperand.stack(Gpr.RSP, 0, bytes, false));
            case LEAVE -> memory.add(MemoryOperand.stack(Gpr.RBP, 0, bytes, false));
            case IRET -> memory.add(MemoryOperand.stack(Gpr.RSP, 0, 40, false));
            case NONE -> { }
        }
    }

    private static long number(String text) {
        boolean isNegative = text.startsWith("-");
        String digits = isNegative ? text.substring(1) : text;
        long value = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
        return isNegative ? -value : value;
    }
}
