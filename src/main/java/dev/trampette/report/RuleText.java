package dev.trampette.report;

import dev.trampette.verdict.Rule;

/// A rule in words. A rule without a text does not compile.
///
/// @param broken when it is broken
/// @param why what comes of that
/// @param example a specimen that breaks it, or a statement when it is a rule of statements
public record RuleText(String broken, String why, String example) {

    /// The text of a rule.
    public static RuleText of(Rule rule) {
        return switch (rule) {
            case NOT_REACHED -> new RuleText(
                    "The routine returns, and the instruction was never executed.",
                    "The caller takes what is in the registers for an answer. Nothing else tells: a wrapper that does "
                            + "nothing is fast, and may well return success.",
                    "no_instruction");
            case HANG -> new RuleText(
                    "The routine does not come to an end, or executes the instruction again and again.",
                    "The other side may answer `try again` for ever. A loop without a bound then holds the processor, "
                            + "perhaps with interrupts off.",
                    "busy_wait");
            case FAULT -> new RuleText(
                    "The instruction faults, and the routine does not make of it what its contract says.",
                    "SEAMCALL outside of VMX operation is #UD. A kernel looks for the fix-up in its exception table, "
                            + "and dies when there is no entry.",
                    "seamcall_no_fixup");
            case CRASH -> new RuleText(
                    "A signal ends the routine: a bad address, a stack that overflows, a jump to nowhere, a panic that "
                            + "its contract does not know.",
                    "In a kernel this is an oops, in firmware a reset. It is often on the way of an error, which "
                            + "nobody runs.",
                    "null_on_failure");
            case UNWIND -> new RuleText(
                    "At some instruction the frame description of the code (`.eh_frame`, `.debug_frame`) does not "
                            + "lead to the caller's frame, or not to a register that the convention preserves.",
                    "An exception, a profiler or a debugger that comes there finds no caller, or goes on with wrong "
                            + "registers. The code itself computes what it should.",
                    "frame_off_at_call");
            case OPERAND_OVERLAP -> new RuleText(
                    "An output of an asm statement is written before an input is read, and may share its register.",
                    "The compiler gives an output the register of an input that is needed no longer, unless the "
                            + "constraint has `&`. It works until it happens to do so.",
                    "asm (\"movq %1, %0; addq %2, %0\" : \"=r\" (sum) : \"r\" (a), \"r\" (b))");
            case ASM_VOLATILE -> new RuleText(
                    "An asm statement that is not volatile does more than its outputs say.",
                    "The compiler leaves it out when nobody wants its outputs, and makes one of two that look the "
                            + "same. The call is then never made.",
                    "asm (\"rdtsc\" : \"=a\" (low), \"=d\" (high))");
            case STACK_BALANCE -> new RuleText(
                    "RSP after the return is not what it was before the call.",
                    "The caller finds its variables and its own return address in another place. It crashes later, "
                            + "and somewhere else.",
                    "return_by_jump");
            case RED_ZONE -> new RuleText(
                    "A value or an operand is below RSP while the instruction is executed.",
                    "A kernel has no red zone: an interrupt writes its frame there. The value is lost once in a "
                            + "million calls.",
                    "red_zone_holds_r12");
            case ENDBR -> new RuleText(
                    "The first instruction is not ENDBR64, and the contract (`ibt=yes`) or the object's note says that "
                            + "indirect branches are tracked.",
                    "A call through a pointer is #CP: the process, or the kernel, ends there.",
                    "endbr_missing");
            case STACK_POINTER -> new RuleText(
                    "RSP points to no stack at some instruction; or a function of ms-x64, or of a kernel, keeps a "
                            + "value below RSP and reads it again, or one of System V more than 128 bytes below.",
                    "A signal, an exception or an interrupt stores to the stack at any time: the value is lost, or "
                            + "there is nowhere to store to.",
                    "rsp_holds_a_number");
            case WINDOW -> new RuleText(
                    "A function outside is called between STAC and CLAC, or with a flag set that the contract wants "
                            + "clean there (`clean=ac`).",
                    "What is called, and all that it calls, runs with user memory open, or with the direction that "
                            + "somebody untrusted has chosen.",
                    "flag_through_the_gate");
            case STATUS_UNREAD -> new RuleText(
                    "CF or ZF says whether an instruction has succeeded, and nothing reads it before it is overwritten "
                            + "or the routine returns.",
                    "A failure passes for a success, and what was in the destination before passes for the answer.",
                    "flags_of_vmwrite_unread");
            case ORDERING -> new RuleText(
                    "A function stores past the caches (MOVNT, MASKMOV), and no SFENCE, MFENCE or locked operation "
                            + "follows before it returns.",
                    "Another processor, or a device, sees what the caller stores next before it sees these: a flag "
                            + "that says `ready`, and old data.",
                    "stream_without_fence");
            case SECRET -> new RuleText(
                    "A word of an argument that the contract calls secret (`secret=key`) is in a register, in a vector "
                            + "or below RSP after the return.",
                    "What runs next can read it, by mistake or by speculation; and it is in every dump.",
                    "key_left_in_register");
            case PROCESS_STATE -> new RuleText(
                    "The handler of a signal is another one after the call, a descriptor is closed that was open, or "
                            + "there is a process more.",
                    "They belong to all of the process. The next signal, or the next file that is opened and gets "
                            + "the number of the old one, meets what nobody expects there.",
                    "signal_ignored");
            case WRONG_RESULT -> new RuleText(
                    "A result, or memory, is not what the function of `same=`, or a model in Java, gives for the same "
                            + "arguments.",
                    "The routine keeps every rule of its convention and computes something else: for few of all "
                            + "arguments, mostly.",
                    "sum_with_stale_carry");
            case NARROW_ARGUMENT -> new RuleText(
                    "What is above a narrow argument in its register has an effect, or above what a function returned.",
                    "The ABI does not say what is there, and a caller may leave anything. It works until another "
                            + "compiler makes the call.",
                    "bytes_compared_as_words");
            case UNDEFINED_READ -> new RuleText(
                    "A result depends on a register, a flag, a vector or memory that the contract does not name.",
                    "It works while callers happen to leave the same there, and breaks with the next compiler or the "
                            + "next caller.",
                    "adds_carry_at_entry");
            case CALLEE_SAVED -> new RuleText(
                    "A register that the convention preserves comes back with another value.",
                    "A compiler keeps the caller's variables there, and the caller goes on with a wrong one. A Java "
                            + "caller does not notice a lost RBX, and dies later of a lost R12.",
                    "cpuid_changes_rbx");
            case UNDECLARED_CLOBBER -> new RuleText(
                    "A register or flag differs that the contract does not allow to change.",
                    "The compiler around inline assembly knows what it is told. What it keeps in that register is "
                            + "lost.",
                    "inline_rbp_undeclared");
            case STACK_WRITE -> new RuleText(
                    "The routine writes to the frame of its caller, above the return address.",
                    "System V gives a callee nothing there but its own arguments. The caller has its variables in that "
                            + "place.",
                    "spill_above_return");
            case STACK_ALIGNMENT -> new RuleText(
                    "RSP is not a multiple of 16 where a C function is called, or of what the contract says at the "
                            + "instruction.",
                    "Compilers store vectors with instructions that fault on an address that is not aligned. It "
                            + "happens on the day when somebody adds a local variable.",
                    "stack_of_tdcall_misaligned");
            case SEGMENT_BASE -> new RuleText(
                    "FS base, GS base or PKRU is another one after the call.",
                    "FS base is where a thread finds its own variables, in the kernel GS base is where a processor "
                            + "does. From then on they are somebody else's.",
                    "fs_selector_cleared");
            case DIRECTION_FLAG -> new RuleText(
                    "DF is set after the return, or at an inner call.",
                    "The ABI wants it clear. The next copy with REP MOVS runs downward, and overwrites what is before "
                            + "the buffer.",
                    "string_direction");
            case ALIGNMENT_CHECK -> new RuleText(
                    "AC is set after the return, or at an inner call.",
                    "In user mode an access that is not aligned may fault from now on. In a kernel with SMAP, AC "
                            + "switches the protection of user memory off.",
                    "alignment_check");
            case MXCSR -> new RuleText(
                    "A control bit of MXCSR differs after the return, or at an inner call.",
                    "Rounding, or what becomes of denormal numbers, changes for all code of the thread. Nothing "
                            + "crashes, and results differ.",
                    "denormals_flushed");
            case X87_CONTROL -> new RuleText(
                    "The x87 control word differs, or an x87 register is left in use.",
                    "The next code that uses x87, such as `long double`, rounds in another way or finds its stack full "
                            + "and computes NaN.",
                    "mmx_without_emms");
            case VECTOR_STATE -> new RuleText(
                    "The upper half of a vector register is left dirty.",
                    "SSE code that runs later is slower on many processors, and every switch of threads saves more.",
                    "avx_without_vzeroupper");
            case SELECTOR -> new RuleText(
                    "RAX, R10 or R11 at the instruction does not select the leaf, or it is another instruction.",
                    "The other side does something else, and its answer may look right.",
                    "leaf_of_version_0");
            case INPUT -> new RuleText(
                    "A declared value is not in its register at the instruction.",
                    "The other side works with something else: another address, half of a number, a value of the call "
                            + "before.",
                    "migration_status_cut");
            case EXPOSURE -> new RuleText(
                    "RCX at TDG.VP.VMCALL is not the mask of the contract, or has a bit that is not allowed.",
                    "A bit too many shows a register to the VMM and lets it write there; one too few hides an input or "
                            + "an output.",
                    "mask_ffec");
            case LEAK_OUT -> new RuleText(
                    "A register that the mask exposes holds a value of the caller's that is no input.",
                    "The VMM reads it. It may be a key, or a pointer that tells where the kernel is.",
                    "exposed_not_cleared");
            case LEAK_IN -> new RuleText(
                    "After the return a register that is no output holds a value of the other side's.",
                    "A VMM chooses that value. What runs next may use it by mistake, or by speculation.",
                    "r11_kept_on_failure");
            case STATUS -> new RuleText(
                    "An outcome of the instruction becomes the wrong result.",
                    "The caller takes a failure for a success, or the other way round.",
                    "seamcall_carry_ignored");
            case OUTPUT -> new RuleText(
                    "A declared value is not in its place after the call.",
                    "The caller works with another number, which often looks plausible.",
                    "vp_info_halves_swapped");
            case OUTPUT_ON_FAILURE -> new RuleText(
                    "Outputs are stored when they must not be, or dropped when they matter.",
                    "The caller's own value is overwritten by one without meaning; or the reason of a failure is lost.",
                    "seamcall_stores_without_module");
            case MEMORY -> new RuleText(
                    "Bytes outside of the declared operands are written.",
                    "They belong to somebody else, who finds out much later.",
                    "one_word_too_many");
            case CALLS -> new RuleText(
                    "The instruction is executed more or fewer times than the contract says.",
                    "A hypercall has effects, and twice is not once. A `try again` that is not followed leaves work "
                            + "half done.",
                    "busy_retry");
        };
    }
}
