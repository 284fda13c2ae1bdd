package dev.trampette.spec;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// One leaf of TDCALL, SEAMCALL or TDG.VP.VMCALL, as an entry of a table has it.
///
/// @param family what kind of call it is
/// @param name the specification's name: `TDG.MEM.PAGE.ACCEPT`
/// @param variant what sets it apart from another entry of the same name, such as `read`, or empty
/// @param number the value of the selector: in R11, or leaf and version in RAX
/// @param evidence how many sources the entry was checked against
/// @param unwrapped why there is no wrapper, or empty
/// @param inputs the registers that go in, in the order of the arguments
/// @param outputs the registers that come back, in the order in which they are stored
/// @param count what a success counts in bits 31:0 of RAX, or empty
/// @param stored on which status they are
/// @param returns whether the one who answers is expected to return
/// @param scrub whether values of somebody untrusted come back, of which none may stay in a register
/// @param statuses the names of the statuses that are known to come
/// @param notes what else a caller should know
/// @param sources where the facts are from
/// @param line the line of the entry in its table
public record Leaf(
        Family family,
        String name,
        String variant,
        long number,
        Evidence evidence,
        Optional<String> unwrapped,
        List<Input> inputs,
        List<Output> outputs,
        Optional<String> count,
        Stored stored,
        boolean returns,
        boolean scrub,
        List<String> statuses,
        List<String> notes,
        List<String> sources,
        int line) {

    /// The registers that TDG.VP.VMCALL can expose: RAX, RCX and RSP cannot, RBP not on a TD with NO_RBP_MOD (TDX
    /// module specification, TDG.VP.VMCALL).
    public static final long LEGAL_MASK = 0xffcc;

    /// R10 to R15: what a routine with four inputs and outputs exposes.
    public static final long MASK_R10_R15 = 0xfc00;

    /// A register that goes in.
    ///
    /// @param register which
    /// @param name of the argument: `msr`, or `message[2]` for an element of an array
    /// @param type bool, u32 or u64
    /// @param value the constant that goes in instead of an argument, or empty
    /// @param text what it means, or an empty text
    public record Input(Gpr register, String name, Argument.Type type, OptionalLong value, String text) {

        /// {@return the argument, without the index of an element}
        public String argument() {
            return Leaf.argument(name);
        }

        /// {@return the index of the element of the array, from 0; -1 of what is no element}
        public int element() {
            return Leaf.element(name);
        }

        /// {@return where its value is from: an argument, an element of one, or the constant}
        public Source source() {
            return value.isPresent() ? new Source.Constant(value.getAsLong())
                    : element() < 0 ? new Source.Parameter(name) : new Source.Element(argument(), element());
        }
    }

    /// A register that comes back.
    ///
    /// @param register which
    /// @param name of the output: `value`, or `uuid[2]`
    /// @param kept whether the register keeps its input on most statuses: an output in some cases only
    /// @param text what it means, or an empty text
    public record Output(Gpr register, String name, boolean kept, String text) {
    }

    /// {@return name and variant: `VE.RequestMMIO (read)`}
    public String title() {
        return variant.isEmpty() ? name : name + " (" + variant + ")";
    }

    /// {@return the name in symbols: `request_mmio_read`} Its words end at dots, at spaces and at humps; `Instruction`
    /// and `VE`, which name the cause of a call, drop out.
    public String symbol() {
        return Name.snake(name + " " + variant);
    }

    /// {@return the name of a method in Java, the same words without the prefix of the family: `requestMmioRead`}
    public String methodName() {
        return Name.camel(withoutPrefix());
    }

    /// {@return the name of a type in Java, likewise: `RequestMmioRead`}
    public String typeName() {
        return Name.pascal(withoutPrefix());
    }

    /// {@return the name of a constant in Java, likewise: `REQUEST_MMIO_READ`}
    public String constantName() {
        return Name.snake(withoutPrefix()).toUpperCase(Locale.ROOT);
    }

    private String withoutPrefix() {
        return name.substring(name.startsWith(family.prefix()) ? family.prefix().length() : 0) + " " + variant;
    }

    /// {@return the arguments of the C function that calls it: the inputs that are not constants, arrays where their
    /// first element is, and at the end a pointer to where the outputs go}
    public List<Argument> arguments() {
        Map<String, Argument> arguments = new LinkedHashMap<>();
        for (Input input : inputs) {
            if (input.value.isEmpty()) {
                String name = input.argument();
                arguments.put(name, input.element() < 0 ? new Argument(name, input.type, 0)
                        : new Argument(name, Argument.Type.IN, elements(name)));
            }
        }
        if (!outputs.isEmpty()) {
            String name = outputs.size() == 1 ? argument(outputs.getFirst().name) : "out";
            arguments.put(name + " out", new Argument(arguments.containsKey(name) ? name + "_out" : name,
                    Argument.Type.OUT, outputs.size()));
        }
        return List.copyOf(arguments.values());
    }

    private int elements(String array) {
        return (int) inputs.stream().filter(input -> input.argument().equals(array)).count();
    }

    private static String argument(String name) {
        return element(name) < 0 ? name : name.substring(0, name.indexOf('['));
    }

    private static int element(String name) {
        int bracket = name.indexOf('[');
        return bracket < 0 ? -1 : Integer.parseInt(name, bracket + 1, name.length() - 1, 10);
    }

    /// {@return the input that a register holds; empty when nothing goes in there}
    ///
    /// @param register of the instruction
    public Optional<Input> input(Gpr register) {
        return inputs.stream().filter(input -> input.register == register).findFirst();
    }

    /// {@return what comes back in a register; empty when nothing does}
    ///
    /// @param register of the instruction
    public Optional<Output> output(Gpr register) {
        return outputs.stream().filter(output -> output.register == register).findFirst();
    }

    /// {@return the registers that go in, in ModRM order, without the selector; the set is the caller's own}
    public Set<Gpr> inputRegisters() {
        return registers(inputs.stream().map(Input::register));
    }

    /// {@return the registers that come back, in ModRM order, without the status; the set is the caller's own}
    public Set<Gpr> outputRegisters() {
        return registers(outputs.stream().map(Output::register));
    }

    private static Set<Gpr> registers(Stream<Gpr> registers) {
        Set<Gpr> set = EnumSet.noneOf(Gpr.class);
        registers.forEach(set::add);
        return set;
    }

    /// {@return the smallest RCX mask of TDG.VP.VMCALL: R10, R11 and the registers of the leaf} It has no meaning in
    /// other families.
    public long mask() {
        return Gpr.R10.maskBit() | Gpr.R11.maskBit()
                | Gpr.mask(Stream.concat(inputRegisters().stream(), outputRegisters().stream()));
    }

    /// {@return when the outputs are stored, in words: `on success`}
    public String storedWhen() {
        return switch (stored) {
            case NEVER -> "never";
            case SUCCESS -> "on success";
            case FAILURE -> "when the status is not 0";
            case ALWAYS -> switch (family) {
                case TDVMCALL, TDG -> "always";
                case TDH -> "when the module is reached";
                case SEAMLDR -> "when the P-SEAMLDR is reached";
            };
        };
    }
}
