package dev.trampette.verify.inline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Values of operands, by their numbers: the same ones for all copies of a statement.
final class Draw {

    /// What is drawn.
    enum Style {
        /// Numbers of all bits, none of which is 0.
        ANY,
        /// 0, 1, -1 and the like too, but no 0 for what counts: a loop of no rounds is nobody's case.
        EDGES,
        /// Addresses where nothing is, each its own.
        APART,
        /// Nothing but zeros.
        ZERO
    }

    /// A number, all of whose accesses as an address fault, begins here.
    private static final long UNMAPPED = 0x1000_0000_0000L;
    private static final int MOST_SMALL = 24;
    /// Here are zeros: what looks for the end of a text finds one.
    private static final int ENDS_AT = 512;

    private final RandomGenerator random;
    private final Style style;
    private final boolean isSmall;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, long[]> vectors = new HashMap<>();
    private final Map<Integer, byte[]> buffers = new HashMap<>();
    private final Map<Integer, byte[]> operands = new HashMap<>();

    Draw(RandomGenerator random, Style style, boolean isSmall) {
        this.random = random;
        this.style = style;
        this.isSmall = isSmall;
    }

    /// The number in an operand.
    long number(int operand) {
        return numbers.computeIfAbsent(operand, _ -> number());
    }

    /// Let an operand have the number of another one.
    void unify(int operand, int with) {
        numbers.put(operand, number(with));
    }

    /// Let an operand be 0.
    void zero(int operand) {
        numbers.put(operand, 0L);
    }

    /// Let an operand be an address where nothing is.
    void apart(int operand) {
        numbers.put(operand, unmapped());
    }

    private long unmapped() {
        return UNMAPPED + (random.nextLong() & 0xff_ffff_ffffL & -64);
    }

    long number() {
        if (isSmall) {
            return 1 + random.nextInt(MOST_SMALL);
        }
        return switch (style) {
            case ZERO -> 0;
            case APART -> unmapped();
            case ANY -> random.nextInt(4) == 0 ? 1 + random.nextInt(MOST_SMALL) : anyNumber();
            case EDGES -> switch (random.nextInt(6)) {
                case 0, 1 -> 0;
                case 2 -> random.nextInt(-1, 3);
                case 3 -> 1L << random.nextInt(Long.SIZE);
                case 4 -> random.nextInt();
                default -> anyNumber();
            };
        };
    }

    /// No byte of it is 0.
    private long anyNumber() {
        long number = random.nextLong();
        for (int at = 0; at < Long.SIZE; at += Byte.SIZE) {
            number |= (number >>> at & 0xff) == 0 ? 1L << at : 0;
        }
        return number;
    }

    /// The lanes of a vector.
    long[] vector(int operand) {
        return vectors.computeIfAbsent(operand, _ -> random.longs(8).toArray());
    }

    /// The memory behind a pointer.
    byte[] buffer(int key) {
        return buffers.computeIfAbsent(key, _ -> {
            byte[] bytes = bytes(Stage.ROOM, this::anyNumber);
            Arrays.fill(bytes, Stage.CENTRE + ENDS_AT, Stage.CENTRE + ENDS_AT + Long.BYTES, (byte) 0);
            return bytes;
        });
    }

    /// The bytes of an operand in memory.
    byte[] operand(int number, int size) {
        return operands.computeIfAbsent(number, _ ->
                bytes(size, isSmall || style != Style.ANY && style != Style.APART ? this::number : this::anyNumber));
    }

    private byte[] bytes(int size, LongSupplier numbers) {
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; at += Long.BYTES) {
            long number = numbers.getAsLong();
            for (int n = at; n < Math.min(size, at + Long.BYTES); n++) {
                bytes[n] = (byte) (number >>> (n - at) * Byte.SIZE);
            }
        }
        return bytes;
    }
}
