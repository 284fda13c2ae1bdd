package dev.trampette.object;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// How the code of objects refers to what they do not define: an object file does not say which of its undefined
/// symbols are variables, but an instruction that reads or writes one does.
final class References {

    private static final int PC32 = 2;
    private static final int PLT32 = 4;
    private static final Set<Integer> ABSOLUTE = Set.of(10, 11);
    /// The bytes of a variable of which nobody knows the size, behind the last that is accessed.
    private static final int ROOM = 64;
    private static final int MOST = 1 << 16;

    /// How far behind a function the code calls into it: 0, but for a page of code with entries at fixed distances.
    private final Map<String, Integer> called = new HashMap<>();
    private final Set<String> ends = new HashSet<>();
    private final Set<String> through = new HashSet<>();
    private final Map<String, Integer> accessed = new HashMap<>();

    /// @param objects whose code is looked at
    /// @param declared variables of which somebody says what is in them
    References(Collection<ObjectFile> objects, Collection<String> declared) {
        objects.forEach(object -> {
            Set<String> starts = object.code().stream().map(symbol -> place(symbol.section(), symbol.offset()))
                    .collect(Collectors.toSet());
            object.elf().relocations().stream()
                    .filter(relocation -> relocation.section().isExecutable() && relocation.section().hasBytes())
                    .forEach(relocation -> look(object.elf().bytes(relocation.section()), relocation, starts));
        });
        through.removeAll(declared);
    }

    private static String place(String section, long offset) {
        return section + "+" + offset;
    }

    private void look(byte[] code, Elf.Relocation relocation, Set<String> starts) {
        int at = (int) relocation.offset();
        if (at < 1 || at > code.length) {
            return;
        }
        boolean isRelative = relocation.type() == PC32 && at >= 2 && (code[at - 1] & 0xc7) == 0x05;
        boolean isAbsolute = ABSOLUTE.contains(relocation.type()) && at >= 3 && code[at - 1] == 0x25
                && (code[at - 2] & 0xc7) == 0x04;
        if (isRelative || isAbsolute) {
            operand(code, isRelative ? at - 1 : at - 2, relocation);
        } else if (relocation.type() == PLT32 || relocation.type() == PC32 && isBranch(code, at)) {
            int next = at + 4;
            called.merge(relocation.symbol(), Math.clamp(relocation.addend() + 4, 0, MOST), Math::max);
            if ((code[at - 1] & 0xff) == 0xe8 && (next >= code.length || isStop(code, next)
                    || starts.contains(place(relocation.section().name(), next)))) {
                ends.add(relocation.symbol());
            }
        }
    }

    /// UD2 or INT3.
    private static boolean isStop(byte[] code, int at) {
        return (code[at] & 0xff) == 0xcc
                || code[at] == 0x0f && at + 1 < code.length && code[at + 1] == 0x0b;
    }

    /// CALL or JMP rel32, Jcc rel32.
    private static boolean isBranch(byte[] code, int at) {
        return (code[at - 1] & 0xfe) == 0xe8 || at >= 2 && code[at - 2] == 0x0f && (code[at - 1] & 0xf0) == 0x80;
    }

    /// An operand in memory: LEA takes its address, CALL and JMP (FF /2, FF /4) go where it says, and all others access
    /// it.
    private void operand(byte[] code, int modrm, Elf.Relocation relocation) {
        int opcode = code[modrm - 1] & 0xff;
        int extension = code[modrm] >>> 3 & 7;
        if (opcode == 0x8d) {
            return;
        }
        boolean isWord = opcode == 0x8b && modrm > 1 && (code[modrm - 2] & 0xf8) == 0x48;
        if (opcode == 0xff && (extension == 2 || extension == 4) || isWord) {
            through.add(relocation.symbol());
        }
        int bytes = Math.clamp(relocation.addend(), 0, MOST) + ROOM;
        accessed.merge(relocation.symbol(), (bytes + 7) / 8 * 8, Math::max);
    }

    /// The undefined symbols that are variables, and their sizes in bytes.
    Map<String, Integer> variables(Collection<String> undefined) {
        Map<String, Integer> variables = new HashMap<>(accessed);
        variables.keySet().retainAll(undefined);
        variables.keySet().removeAll(called.keySet());
        return variables;
    }

    /// How many bytes behind a function the last place is that the code calls.
    int reach(String function) {
        return called.getOrDefault(function, 0);
    }

    /// Whether a function does not return, as far as its name says it or that no code follows a call of it.
    boolean isEnd(String function) {
        return ends.contains(function) || Helpers.isEnd(function);
    }

    /// Whether the code calls what a variable points to, or loads 64 bits of it and may call that.
    boolean isCalledThrough(String variable) {
        return through.contains(variable);
    }
}
