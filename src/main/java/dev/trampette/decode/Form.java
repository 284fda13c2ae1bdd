package dev.trampette.decode;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.trampette.spec.Gpr;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A kind of instruction: what becomes of its operands, and what it does besides (SDM volume 2, "Operation" and "Flags
/// Affected" of each instruction).
///
/// @param mnemonics which they are; `imul/1` are those with one operand
/// @param first what becomes of the first operand in Intel syntax
/// @param others what becomes of the others
/// @param reads registers that no operand names
/// @param writes registers that no operand names
/// @param flagsRead bits of RFLAGS; those of the condition are not here
/// @param flagsWritten bits of RFLAGS
/// @param stack what happens on the stack
/// @param kind where it goes on
/// @param bytes of an operand in memory, where the text does not say
record Form(Pattern mnemonics, Use first, Use others, Set<Gpr> reads, Set<Gpr> writes, long flagsRead,
        long flagsWritten, Stack stack, Operation.Kind kind, int bytes) {

    /// What becomes of an operand. Nothing happens to that of LEA, but its registers are read.
    enum Use {
        NONE, READ, WRITTEN, BOTH;

        boolean isRead() {
            return this == READ || this == BOTH;
        }

        boolean isWritten() {
            return this == WRITTEN || this == BOTH;
        }

        private static Use of(char letter) {
            return values()["-rwb".indexOf(letter)];
        }
    }

    /// What happens on the stack.
    enum Stack {
        NONE, PUSH, POP, LEAVE, IRET
    }

    /// Those that were found, by mnemonic and number of operands.
    private static final Map<String, Form> FOUND = new ConcurrentHashMap<>();

    /// A row: mnemonics; first and other operands (r, w, b for both, - for neither); registers read and written; flags
    /// read and written, a star for the six arithmetic ones; then the stack, the kind, or the bytes of the operand,
    /// where there is something to say. The first row that fits counts.
    private static final List<Form> ALL = """
            lea                                             w- | | | |
            prefetch.*|clflush.*|clwb|cldemote|invlpg       -- | | | |
            push                                            r- | rsp | rsp | | | push
            pushf[qw]?                                      -- | rsp | rsp | *DX | | push
            pop                                             w- | rsp | rsp | | | pop
            popf[qw]?                                       -- | rsp | rsp | | *DX | pop
            call                                            r- | rsp | rsp | | | push call
            ret                                             r- | rsp | rsp | | | pop return
            iret[qd]?                                       -- | rsp | rsp | | *DX | iret return
            leave                                           -- | rbp rsp | rbp rsp | | | leave
            enter                                           rr | rbp rsp | rbp rsp | | | push
            jmp                                             r- | | | | | jump
            loop                                            r- | rcx | rcx | | | branch
            loop(e|ne)                                      r- | rcx | rcx | Z | | branch
            j[er]?cxz                                       r- | rcx | | | | branch
            j[a-z]+                                         r- | | | | | branch
            movs                                            wr | rdi rsi | rdi rsi | D |
            cmps                                            rr | rdi rsi | rdi rsi | D | *
            scas                                            rr | rdi | rdi | D | *
            lods                                            wr | rsi | rsi | D |
            stos                                            wr | rdi | rdi | D |
            ins                                             wr | rdi | rdi | D |
            outs                                            rr | rsi | rsi | D |
            add|sub|and|or|xor|neg                          br | | | | *
            adc|sbb                                         br | | | C | *
            inc|dec                                         b- | | | | PAZSO
            not|bswap                                       b- | | | |
            cmp|test                                        rr | | | | *
            adcx                                            br | | | C | C
            adox                                            br | | | O | O
            mul|imul/1                                      r- | rax | rax rdx | | *
            i?div                                           r- | rax rdx | rax rdx | | *
            imul/2                                          br | | | | *
            imul/3                                          wr | | | | *
            mulx                                            ww | rdx | | |
            shl|shr|sal|sar|shld|shrd                       br | | | | *
            rol|ror                                         br | | | | CO
            rcl|rcr                                         br | | | C | CO
            rorx|sarx|shlx|shrx|pdep|pext                   wr | | | |
            andn|bextr|bls.*|bzhi|lzcnt|tzcnt|popcnt|bs[fr] wr | | | | *
            bt                                              rr | | | | CPASO
            bt[src]                                         br | | | | CPASO
            crc32                                           br | | | |
            xchg                                            bb | | | |
            xadd                                            bb | | | | *
            cmpxchg                                         br | rax | rax | | *
            cmpxchg(8|16)b                                  b- | rax rbx rcx rdx | rax rdx | | Z
            cbw|cwde|cdqe                                   -- | rax | rax | |
            cwd|cdq|cqo                                     -- | rax | rdx | |
            rdrand|rdseed                                   w- | | | | *
            rdfsbase|rdgsbase|rdpid                         w- | | | |
            wrfsbase|wrgsbase                               r- | | | |
            cpuid                                           -- | rax rcx | rax rbx rcx rdx | |
            rdtsc                                           -- | | rax rdx | |
            rdtscp                                          -- | | rax rcx rdx | |
            rdmsr|rdpmc|xgetbv                              -- | rcx | rax rdx | |
            wrmsr|xsetbv                                    -- | rax rcx rdx | | |
            syscall                                         -- | | rcx r11 | | *DX
            lahf                                            -- | | rax | CPAZS |
            sahf                                            -- | rax | | | CPAZS
            clc|stc                                         -- | | | | C
            cmc                                             -- | | | C | C
            cld|std                                         -- | | | | D
            clac|stac                                       -- | | | | X
            in                                              wr | | | |
            out                                             rr | | | |
            cmov[a-z]+|set[a-z]+                            wr | | | |
            v?u?comis[sd]|v?ptest|vtestp[sd]|kor?test[bwdq] rr | | | | *
            v?pcmp[ei]stri                                  rr | | rcx | | *
            v?pcmp[ei]strm                                  rr | | | | *
            fu?comi.*                                       rr | | | | *
            xsave.*                                         b- | rax rdx | | | | 576
            xrstor.*                                        r- | rax rdx | | | | 576
            fxsave.*                                        w- | | | | | 512
            fxrstor.*                                       r- | | | | | 512
            v?ldmxcsr|fld.*|fild.*|f(add|sub|mul|div|com).* r- | | | |
            lgdt|lidt                                       r- | | | | | 10
            s[gi]dt                                         w- | | | | | 10
            lldt|ltr|lmsw|verr|verw                         r- | | | |
            vmread                                          wr | | | | * | 8
            vmwrite|vmclear|vmptrld|vmxon                   rr | | | | * | 8
            vmptrst                                         w- | | | | * | 8
            inv(ept|vpid)                                   rr | | | | * | 16
            invpcid                                         rr | | | | | 16
            v?mov.*|v?p?extr.*|fi?stt?p?|fn?st.*|v?stmxcsr  wr | | | |
            s[gil]dt|smsw|str|v?cvt.*|vp?compress.*|kmov.*  wr | | | |
            v?lddqu|v.*|p[a-z].*|[a-z]+[ps][sd]|sha.*|aes.* wr | | | |
            .*                                              br | | | |
            """.lines().map(Form::row).toList();

    /// The form of an instruction.
    ///
    /// @param operands how many it names
    static Form of(String mnemonic, int operands) {
        String name = mnemonic + "/" + operands;
        return FOUND.computeIfAbsent(name, _ -> ALL.stream().filter(form ->
                form.mnemonics.matcher(mnemonic).matches() || form.mnemonics.matcher(name).matches())
                .findFirst().orElseThrow());
    }

    private static Form row(String row) {
        int uses = row.indexOf(' ');
        String[] columns = row.substring(uses).strip().split("\\|", -1);
        List<String> rest = columns.length < 6 ? List.of() : Arrays.asList(columns[5].strip().split(" "));
        return new Form(Pattern.compile(row.substring(0, uses)), Use.of(columns[0].charAt(0)),
                Use.of(columns[0].charAt(1)), registers(columns[1]), registers(columns[2]),
                Rflags.of(columns[3].strip()), Rflags.of(columns[4].strip()),
                named(rest, Stack.values()).orElse(Stack.NONE),
                named(rest, Operation.Kind.values()).orElse(Operation.Kind.OTHER),
                rest.stream().filter(word -> word.matches("\\d+")).map(Integer::valueOf).findFirst().orElse(0));
    }

    private static Set<Gpr> registers(String names) {
        return Stream.of(names.strip().split(" ")).filter(name -> !name.isEmpty())
                .map(name -> Gpr.valueOf(name.toUpperCase(Locale.ROOT))).collect(toUnmodifiableSet());
    }

    private static <E extends Enum<E>> Optional<E> named(List<String> words, E[] values) {
        return Arrays.stream(values).filter(value -> words.contains(value.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
