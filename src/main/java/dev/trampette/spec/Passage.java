package dev.trampette.spec;

import java.util.ArrayList;
import java.util.List;

/// The way of values in order, from the first parameter to the last: which registers and words are taken.
final class Passage {

    private final Convention.Passing.InOrder order;
    private int integers;
    private int vectors;
    private int words;

    Passage(Convention.Passing.InOrder order) {
        this.order = order;
        this.words = order.homeWords();
    }

    /// Where the scalars of parameters are.
    ///
    /// @throws IllegalArgumentException when the convention has no place for one
    List<Located> all(List<Value> values) {
        List<Located> all = new ArrayList<>();
        for (int n = 0; n < values.size(); n++) {
            all.addAll(in(values.get(n), order.byPosition() ? byPosition(values.get(n), n) : inTurn(values.get(n))));
        }
        return all;
    }

    /// The nth parameter has the nth register, or the nth vector: 64 bits (Microsoft, "Parameter passing").
    private List<Place> byPosition(Value value, int n) {
        if (isByReference(value)) {
            throw new IllegalArgumentException("%s goes by reference under ms-x64; say %s:inout[N]".formatted(value,
                    value.name()));
        }
        boolean isFloating = value.kind() == Value.Kind.SCALAR && value.parts().contains(Value.Part.SSE);
        return List.of(isFloating && n < order.vectors() ? new Place.Vector(n)
                : !isFloating && n < order.integers().size() ? new Place.Register(order.integers().get(n))
                : new Place.StackWord(words++));
    }

    /// All parts of a value are in registers, or none (psABI 3.2.3, "Passing").
    private List<Place> inTurn(Value value) {
        boolean isOnStack = value.isInMemory() || value.count(Value.Part.X87) > 0
                || integers + value.count(Value.Part.INTEGER) > order.integers().size()
                || vectors + value.count(Value.Part.SSE) > order.vectors();
        List<Place> places = new ArrayList<>();
        if (isOnStack) {
            int unit = Math.max(value.alignment(), Long.BYTES) / Long.BYTES;
            words = Math.ceilDiv(words, unit) * unit;
            for (int n = 0; n < value.words(); n++) {
                places.add(new Place.StackWord(words++));
            }
            return places;
        }
        for (Value.Part part : value.parts()) {
            places.add(switch (part) {
                case INTEGER -> new Place.Register(order.integers().get(integers++));
                case SSE -> new Place.Vector(vectors++);
                default -> above(places.getLast());
            });
        }
        return places;
    }

    /// Where the scalars of a result are (psABI 3.2.3, "Returning of Values"; Microsoft, "Return values").
    ///
    /// @param isByPosition whether it is Microsoft's convention, in which a structure comes back as an integer
    /// @throws IllegalArgumentException when it has no place
    static List<Located> results(Value result, Gpr status, boolean isByPosition) {
        boolean isInteger = isByPosition && result.kind() == Value.Kind.STRUCTURE;
        List<Place> places = new ArrayList<>();
        int integers = 0;
        int vectors = 0;
        for (Value.Part part : result.parts()) {
            places.add(switch (part) {
                case INTEGER -> new Place.Register(integers++ == 0 ? status : Gpr.RDX);
                case SSE -> isInteger ? new Place.Register(status) : new Place.Vector(vectors++);
                case SSEUP -> above(places.getLast());
                case X87 -> new Place.Top(0);
                case X87UP -> new Place.Top(1);
                case MEMORY -> throw new IllegalArgumentException(result.type() + " has no place as a result");
            });
        }
        if (isByPosition && result.words() > 1 && vectors == 0) {
            throw new IllegalArgumentException(result.type() + " has no place as a result under ms-x64");
        }
        return in(result, places);
    }

    /// Whether Microsoft's convention has a pointer instead.
    static boolean isByReference(Value value) {
        return value.words() > 1
                || value.kind() == Value.Kind.STRUCTURE && Integer.bitCount(value.bytes()) != 1;
    }

    private static Place above(Place place) {
        return place instanceof Place.Vector(int number, int lane) ? new Place.Vector(number, lane + 1) : place;
    }

    private static List<Located> in(Value value, List<Place> places) {
        return value.members().stream().map(member -> new Located(member, places.get(member.offset() / Long.BYTES),
                member.offset() % Long.BYTES * Byte.SIZE)).toList();
    }
}
