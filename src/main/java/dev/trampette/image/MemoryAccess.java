package dev.trampette.image;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How often an instruction reads and writes memory, by its text (SDM volume 2, "Operation" of each instruction). What
/// a REP prefix repeats counts once, as one executed iteration; an instruction of ours counts the operand that it has.
///
/// @param loads memory operands that are read; 0 to 2
/// @param stores memory operands that are written; 0 or 1
public record MemoryAccess(int loads, int stores) {

    private static final Pattern TEXT = Pattern.compile(
            "(?:(?:lock|rep[a-z]*|bnd|notrack|data16|cs|ds|es|ss|fs|gs|rex\\S*|xacquire|xrelease) +)*(\\S+) *(.*)");

    /// A kind of instruction: the mnemonics, and what becomes of memory. The first that fits counts.
    private record Form(Pattern mnemonics, int implicitLoads, int implicitStores, Use first, Use others) {

        static Form of(String mnemonics, int implicitLoads, int implicitStores, Use first, Use others) {
            return new Form(Pattern.compile(mnemonics), implicitLoads, implicitStores, first, others);
        }
    }

    /// What is done to an operand in memory.
    private enum Use {
        NONE(0, 0), READ(1, 0), WRITTEN(0, 1), BOTH(1, 1);

        private final int loads;
        private final int stores;

        Use(int loads, int stores) {
            this.loads = loads;
            this.stores = stores;
        }
    }

    /// The operand on the left is the first, in Intel syntax. The last form is that of `add`: the first operand is read
    /// and written.
    private static final List<Form> FORMS = List.of(
            Form.of("lea|nop.*|prefetch.*|clflush.*|clwb|endbr.*|invlpg", 0, 0, Use.NONE, Use.NONE),
            Form.of("push[fwq]*", 0, 1, Use.READ, Use.NONE),
            Form.of("pop[fwq]*", 1, 0, Use.WRITTEN, Use.NONE),
            Form.of("call", 0, 1, Use.READ, Use.NONE),
            Form.of("ret|leave", 1, 0, Use.NONE, Use.NONE),
            Form.of("iretq?", 5, 0, Use.NONE, Use.NONE),
            Form.of("enter", 0, 1, Use.NONE, Use.NONE),
            Form.of("cmps[bwdq]?|scas[bwdq]?|lods[bwdq]?|outs[bwd]?", 0, 0, Use.READ, Use.READ),
            Form.of("stos[bwdq]?|ins[bwd]?", 0, 0, Use.WRITTEN, Use.NONE),
            Form.of("xchg|xadd", 0, 0, Use.BOTH, Use.BOTH),
            Form.of("v?p?cmp(?!xchg).*|v?p?test.*|bt|v?u?comis.|i?mul|i?div|jmp|j[a-z]+|v?ldmxcsr|fld.*|fild.*|bound|"
                    + "lgdt|lidt|lldt|ltr|lmsw|xrstor.*|fxrstor.*|f(?:add|sub|mul|div|com).*|vmwrite|vmclear|vmptrld|"
                    + "vmxon|inv(?:ept|vpid|pcid)", 0, 0, Use.READ, Use.READ),
            Form.of("v?mov.*|set.*|v?p?extr.*|fi?stt?p?|fn?st.*|v?stmxcsr|s[gil]dt|smsw|xsave.*|fxsave.*|vmread|"
                    + "vmptrst|v?cvt.*|vp?compress.*|v?lddqu|kmov.*|rdfsbase|sha.*|v?aes.*|v.*|cmov.*|bs[fr]|lzcnt|"
                    + "tzcnt|popcnt|crc32|adcx|adox|mulx|andn|p[a-z].*|[a-z]+[ps][sd]", 0, 0, Use.WRITTEN, Use.READ),
            Form.of(".*", 0, 0, Use.BOTH, Use.READ));

    /// Of an instruction as `objdump` writes it in Intel syntax.
    public static MemoryAccess of(String text) {
        Matcher parts = TEXT.matcher(text.replaceFirst(" +#.*", ""));
        if (!parts.matches()) {
            return new MemoryAccess(0, 0);
        }
        Form form = FORMS.stream().filter(one -> one.mnemonics.matcher(parts.group(1)).matches()).findFirst()
                .orElseThrow();
        int loads = form.implicitLoads;
        int stores = form.implicitStores;
        String[] operands = parts.group(2).split(",(?![^\\[]*\\])");
        for (int n = 0; n < operands.length; n++) {
            if (operands[n].contains("[") || operands[n].contains("PTR")) {
                Use use = n == 0 ? form.first : form.others;
                loads += use.loads;
                stores += use.stores;
            }
        }
        return new MemoryAccess(loads, stores);
    }
}
