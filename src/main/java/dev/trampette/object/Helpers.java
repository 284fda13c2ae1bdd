package dev.trampette.object;

import dev.trampette.spec.Gpr;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The symbols that compilers refer to on their own, and what stands for them.
final class Helpers {

    private static final byte[] RET = {(byte) 0xc3};
    private static final byte[] UD2 = {0x0f, 0x0b};

    /// `-mfunction-return=thunk-extern`, `-pg -mfentry`, and the names that Linux gives to the same.
    private static final Set<String> RETURN = Set.of("__x86_return_thunk", "__x86_indirect_thunk", "srso_return_thunk",
            "srso_alias_return_thunk", "retbleed_return_thunk", "its_return_thunk", "call_depth_return_thunk",
            "entry_untrain_ret", "__fentry__", "mcount", "__cfi_check", "__cfi_slowpath", "__cfi_slowpath_diag");

    /// A check that has failed.
    private static final Set<String> FAIL = Set.of("__stack_chk_fail", "__cfi_check_fail");

    /// Functions of kernels that stop.
    private static final Set<String> ENDS = Set.of("panic", "do_exit", "machine_halt", "__tdx_hypercall_failed",
            "__assert_fail", "exit", "_exit", "abort");

    private static final Pattern INDIRECT = Pattern.compile("__x86_indirect_(?:call_|jump_)?thunk_(r\\w+)");

    /// What compiled C asks of the C library that only looks at its operands, or takes memory, or ends.
    private static final Set<String> LIBRARY = Set.of("memcpy", "memmove", "memset", "memcmp", "memchr", "memrchr",
            "memmem", "mempcpy", "bcmp", "bcopy", "bzero", "strlen", "strnlen", "strcpy", "stpcpy", "strncpy",
            "strcat", "strncat", "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strchr", "strrchr", "strchrnul",
            "strstr", "strspn", "strcspn", "strpbrk", "strtol", "strtoul", "strtoll", "strtoull", "__memcpy_chk",
            "__memmove_chk", "__memset_chk", "__strcpy_chk", "__strcat_chk", "__strncpy_chk", "snprintf",
            "__snprintf_chk", "qsort", "bsearch", "abs", "labs", "malloc", "calloc", "realloc", "free",
            "aligned_alloc", "posix_memalign", "abort", "__errno_location", "sqrt", "sqrtf", "fabs", "floor", "ceil",
            "exp", "log", "pow", "sin", "cos", "fmod");

    private Helpers() {
    }

    /// The machine code of a helper.
    static Optional<byte[]> code(String name) {
        Matcher indirect = INDIRECT.matcher(name);
        return RETURN.contains(name) ? Optional.of(RET)
                : FAIL.contains(name) ? Optional.of(UD2)
                : indirect.matches() ? register(indirect.group(1)).map(Helpers::jump)
                : Optional.empty();
    }

    /// Whether a symbol has a meaning of its own.
    static boolean isKnown(String name) {
        return code(name).isPresent();
    }

    /// Whether a function does not return.
    static boolean isEnd(String name) {
        return ENDS.contains(name);
    }

    /// A function of the C library, when compiled C may call it.
    static Optional<MemorySegment> library(String name) {
        return LIBRARY.contains(name) ? Linker.nativeLinker().defaultLookup().find(name) : Optional.empty();
    }

    private static Optional<Gpr> register(String name) {
        return Arrays.stream(Gpr.values()).filter(gpr -> gpr.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /// `jmp reg`: FF /4.
    private static byte[] jump(Gpr target) {
        int number = target.ordinal();
        byte modrm = (byte) (0xe0 | number & 7);
        return number < 8 ? new byte[] {(byte) 0xff, modrm} : new byte[] {0x41, (byte) 0xff, modrm};
    }
}
