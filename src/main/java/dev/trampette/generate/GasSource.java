package dev.trampette.generate;

import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.ArrayList;
import java.util.List;

/// The wrappers of a table in one design, as a source for the GNU assembler that needs no other file.
///
/// @param design how they are written
/// @param table what is called
/// @param convention of the functions
/// @param origin how the source calls the table
/// @param symbols how functions are written
/// @param isOfHeader whether the call sites are those of a [CHeader]: here is what they share, and nothing else
public record GasSource(DesignSource design, LeafTable table, Convention convention, String origin, Symbols symbols,
        boolean isOfHeader) {

    private static final int WIDTH = 100;
    private static final String MACROS = """
            .macro TDCALL
            	.byte	0x66, 0x0f, 0x01, 0xcc
            .endm
            .macro SEAMCALL
            	.byte	0x66, 0x0f, 0x01, 0xcf
            .endm

            /* What a wrapper returns when SEAMCALL reaches nobody: the software statuses of Linux. */
            #define SEAMCALL_VMFAILINVALID	0x8000ff00ffff0000

            /* RAX = vector of the fault -> 0x8000ff0000000000 | vector, without another register */
            .macro FAULT_STATUS
            	bswapq	%rax
            	orq	$0x00ff0080, %rax
            	bswapq	%rax
            .endm
            """;

    /// The file that it belongs in: `memory-struct-tdg.S`.
    public String fileName() {
        return "%s-%s.S".formatted(design.label(), table.family().label());
    }

    /// The file of the contracts: `memory-struct-tdg.contract`.
    public String contractName() {
        return fileName().replaceFirst("S$", "contract");
    }

    /// The source.
    public String text() {
        Gas gas = head();
        if (isOfHeader) {
            return end(gas);
        }
        table.wrapped().forEach(leaf -> {
            LeafFunction function = new LeafFunction(leaf, convention);
            gas.comment(Text.wrap(PerLeaf.title(leaf) + ": " + function.declaration(design.symbol(leaf)), WIDTH));
            Nasm site = new Nasm();
            design.callSite(function, site);
            gas.function(design.symbol(leaf), site);
            Nasm routine = new Nasm();
            design.routine(function, routine);
            gas.statements(routine);
        });
        return end(gas);
    }

    private Gas head() {
        Gas gas = new Gas(symbols);
        gas.comment(List.of("Design `%s`, family %s: %s.".formatted(design.label(), table.family().label(), isOfHeader
                ? "what the inline functions of the header share" : "a C function for each leaf of a table"),
                "Made from %s: change that.".formatted(origin)));
        symbols.head().forEach(gas::line);
        gas.line(MACROS);
        if (design instanceof MemoryStruct) {
            gas.structure("HYPERCALL_ARGS", SharedRoutine.HYPERCALL_ARGS);
            gas.structure("MODULE_ARGS", SharedRoutine.MODULE_ARGS);
        }
        shared().forEach(one -> {
            List<String> text = new ArrayList<>(List.of(one.name() + ": " + one.text().getFirst()));
            text.addAll(one.text().subList(1, one.text().size()));
            gas.comment(text);
            gas.function(one.name(), one.body());
        });
        return gas;
    }

    private String end(Gas gas) {
        symbols.tail().forEach(gas::line);
        return gas.toString();
    }

    /// The contracts of all functions, as `verify --contract` reads them.
    public String contracts() {
        StringBuilder text = new StringBuilder("# The contracts of %s. Made from %s: change that.%n".formatted(
                fileName(), origin));
        shared().forEach(one -> block(one.name(), one.contract(), text));
        table.wrapped().forEach(leaf -> {
            block(design.symbol(leaf), contract(leaf, design.contract(leaf)), text);
            design.routineName(leaf).ifPresent(name -> block(name, contract(leaf, new Inline().contract(leaf)), text));
        });
        return text.toString();
    }

    private List<SharedRoutine> shared() {
        List<SharedRoutine> shared = new ArrayList<>(design.shared(table.family()));
        if (isOfHeader && design instanceof Trampoline && table.family() != Family.TDVMCALL) {
            shared.add(SharedRoutine.ofGuests(table.family().instruction()));
        }
        return shared;
    }

    private List<String> contract(Leaf leaf, List<String> more) {
        List<String> lines = new ArrayList<>(List.of("convention=" + convention));
        lines.addAll(WrapperSource.contract(leaf));
        lines.addAll(more);
        return lines;
    }

    private static void block(String symbol, List<String> lines, StringBuilder text) {
        text.append("\nsymbol=").append(symbol).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
    }
}
