package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The names of types: those of contracts, and those of C, of its headers and of kernels (System V psABI 3.1.2).
final class TypeNames {

    /// The type of a contract, and the names that C has for it. A name of more words stands without its blanks.
    private static final String NAMES = """
            bool _Bool
            u8   uint8_t unsignedchar uchar UINT8 BOOLEAN CHAR8
            u16  uint16_t unsignedshort char16_t ushort le16 be16 UINT16 CHAR16
            u32  uint32_t unsignedint unsigned char32_t uint socklen_t mode_t wint_t uid_t gid_t id_t useconds_t
            u32  in_addr_t gfp_t le32 be32 UINT32
            u64  uint64_t unsignedlong unsignedlonglong size_t uintptr_t ulong uintmax_t dev_t ino_t nlink_t rlim_t
            u64  pthread_t wctype_t phys_addr_t dma_addr_t le64 be64 UINT64 UINTN EFI_STATUS
            i8   int8_t char signedchar s8 INT8
            i16  int16_t short s16 INT16
            i32  int32_t int wchar_t s32 pid_t clockid_t key_t INT32
            i64  int64_t long longlong ssize_t intptr_t ptrdiff_t off_t off64_t time_t s64 intmax_t loff_t clock_t
            i64  suseconds_t blksize_t blkcnt_t INT64 INTN
            f32  float _Float32
            f64  double _Float64 _Float32x
            f80  longdouble _Float64x
            u128 unsigned__int128 __uint128_t
            i128 __int128 __int128_t
            v128 __m128 __m128i __m128d
            v256 __m256 __m256i __m256d
            v512 __m512 __m512i __m512d
            """;

    /// By name the type's own.
    private static final Map<String, String> LABELS = new LinkedHashMap<>();

    static {
        NAMES.lines().map(line -> line.split(" +")).forEach(words ->
                Arrays.stream(words).forEach(word -> LABELS.put(word, words[0])));
    }

    private TypeNames() {
    }

    /// The name that contracts have for a type; empty for one that nobody knows. Two underscores before a name are of
    /// headers that may not take it: `__u32`, `__pid_t`.
    static Optional<String> label(String name) {
        return Optional.ofNullable(LABELS.get(name)).or(() -> name.startsWith("__") ? label(name.substring(2))
                : Optional.empty());
    }

    /// A number of at most 64 bits or a `long double`, or a pointer.
    ///
    /// @throws IllegalArgumentException when there is none of the name, with those that there are
    static Argument.Type scalar(String name) {
        String label = label(name).orElse(name);
        return Arrays.stream(Argument.Type.values()).filter(type -> type.label().equals(label)).findFirst()
                .orElseThrow(() -> unknown(name));
    }

    /// A value of a type of that name.
    ///
    /// @throws IllegalArgumentException when there is none of the name, with those that there are
    static Value value(String name, String type) {
        String label = label(type).orElse(type);
        return switch (label) {
            case "u128", "i128" -> Value.integer128(name, label);
            case "v128", "v256", "v512" -> Value.vector(name, label, Integer.parseInt(label.substring(1)) / Byte.SIZE);
            default -> Value.of(new Argument(name, scalar(type), 0));
        };
    }

    /// A value has more than 64 bits.
    static boolean isWide(String type) {
        return label(type).filter(label -> label.endsWith("128") || label.startsWith("v")).isPresent();
    }

    static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no such type: %s; there are %s, struct(TYPE,TYPE), fn, %s".formatted(name,
                LABELS.values().stream().distinct().collect(Collectors.joining(" ")),
                List.of("in", "out", "inout", "scratch", "string").stream().map("%s[N]"::formatted)
                        .collect(Collectors.joining(" ")))
                + ", and the names that C has for them: int, size_t, __m256i ...; typedef before a prototype makes "
                + "one");
    }
}
