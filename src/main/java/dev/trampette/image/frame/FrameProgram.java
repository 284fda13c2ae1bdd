package dev.trampette.image.frame;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Runs the instructions `DW_CFA_*` of a description up to an address (DWARF 5, 6.4.2; LSB 5.0, 10.5.2).
final class FrameProgram {

    private record State(FrameRow.Address address, Map<Integer, FrameRule> rules) {
    }

    private final FrameTable.Common common;
    private final long wanted;
    private final Deque<State> remembered = new ArrayDeque<>();
    private Map<Integer, FrameRule> rules = new HashMap<>();
    private Map<Integer, FrameRule> initial = Map.of();
    private FrameRow.Address address;
    private long location;

    private FrameProgram(FrameTable.Common common, long location, long wanted) {
        this.common = common;
        this.location = location;
        this.wanted = wanted;
    }

    /// What is said of the instruction at an address.
    static FrameRow row(FrameTable.Description description, long wanted) {
        FrameProgram program = new FrameProgram(description.common(), description.begin(), wanted);
        program.run(description.common().instructions().again());
        program.initial = Map.copyOf(program.rules);
        program.run(description.instructions().again());
        if (program.address == null) {
            throw new UnsupportedFrameException("a frame without an address");
        }
        return new FrameRow(program.address, program.rules, description.common().returnRegister(),
                description.common().isSignal());
    }

    private void run(FrameReader code) {
        while (!code.isAtEnd()) {
            int instruction = code.u8();
            int low = instruction & 0x3f;
            boolean isReached = switch (instruction & 0xc0) {
                case 0x40 -> advance(low);                                      // DW_CFA_advance_loc
                case 0x80 -> put(low, atOffset(code.uleb()));                   // DW_CFA_offset
                case 0xc0 -> restore(low);                                      // DW_CFA_restore
                default -> extended(instruction, code);
            };
            if (isReached) {
                return;
            }
        }
    }

    /// @return whether the wanted address is passed
    private boolean extended(int instruction, FrameReader code) {
        return switch (instruction) {
            case 0x00 -> false;                                                 // DW_CFA_nop
            case 0x01 -> moveTo(code.pointer(common.encoding()));               // DW_CFA_set_loc
            case 0x02 -> advance(code.u8());                                    // DW_CFA_advance_loc1, 2, 4
            case 0x03 -> advance(code.u16());
            case 0x04 -> advance(code.u32());
            case 0x05 -> put(register(code), atOffset(code.uleb()));            // DW_CFA_offset_extended
            case 0x06 -> restore(register(code));                               // DW_CFA_restore_extended
            case 0x07 -> put(register(code), new FrameRule.Undefined());
            case 0x08 -> put(register(code), new FrameRule.Same());
            case 0x09 -> put(register(code), new FrameRule.InRegister(register(code)));
            case 0x0a -> {                                                      // DW_CFA_remember_state
                remembered.push(new State(address, new HashMap<>(rules)));
                yield false;
            }
            case 0x0b -> {                                                      // DW_CFA_restore_state
                if (remembered.isEmpty()) {
                    throw new UnsupportedFrameException("a state that was not remembered");
                }
                State state = remembered.pop();
                address = state.address();
                rules = state.rules();
                yield false;
            }
            case 0x0c -> at(register(code), code.uleb());                       // DW_CFA_def_cfa
            case 0x0d -> at(register(code), offset());                          // DW_CFA_def_cfa_register
            case 0x0e -> at(base(), code.uleb());                               // DW_CFA_def_cfa_offset
            case 0x0f -> {                                                      // DW_CFA_def_cfa_expression
                address = new FrameRow.OfExpression(expression(code));
                yield false;
            }
            case 0x10 -> put(register(code), new FrameRule.AtExpression(expression(code)));
            case 0x11 -> put(register(code), atOffset(code.sleb()));            // DW_CFA_offset_extended_sf
            case 0x12 -> at(register(code), code.sleb() * common.dataAlignment());
            case 0x13 -> at(base(), code.sleb() * common.dataAlignment());
            case 0x14 -> put(register(code), new FrameRule.Offset(code.uleb() * common.dataAlignment()));
            case 0x15 -> put(register(code), new FrameRule.Offset(code.sleb() * common.dataAlignment()));
            case 0x16 -> put(register(code), new FrameRule.Expression(expression(code)));
            case 0x2e -> {                                                      // DW_CFA_GNU_args_size
                code.uleb();
                yield false;
            }
            case 0x2f -> put(register(code), atOffset(-code.uleb()));
            default -> throw new UnsupportedFrameException("DW_CFA 0x%x".formatted(instruction));
        };
    }

    private static int register(FrameReader code) {
        return (int) Math.min(code.uleb() & Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    private static FrameExpression expression(FrameReader code) {
        return new FrameExpression(code.part(code.uleb()));
    }

    private FrameRule atOffset(long factored) {
        return new FrameRule.AtOffset(factored * common.dataAlignment());
    }

    private boolean advance(long factored) {
        return moveTo(location + factored * common.codeAlignment());
    }

    private boolean moveTo(long next) {
        location = next;
        return Long.compareUnsigned(location, wanted) > 0;
    }

    private boolean put(int register, FrameRule rule) {
        rules.put(register, rule);
        return false;
    }

    private boolean restore(int register) {
        rules.remove(register);
        if (initial.containsKey(register)) {
            rules.put(register, initial.get(register));
        }
        return false;
    }

    private boolean at(int register, long offset) {
        address = new FrameRow.OfRegister(register, offset);
        return false;
    }

    private int base() {
        return ofRegister().register();
    }

    private long offset() {
        return ofRegister().offset();
    }

    private FrameRow.OfRegister ofRegister() {
        if (address instanceof FrameRow.OfRegister it) {
            return it;
        }
        throw new UnsupportedFrameException("an offset from an expression");
    }
}
