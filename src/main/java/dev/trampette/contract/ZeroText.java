package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Registers that are 0, as contracts have them: `xmm15`, `r13`.
final class ZeroText {

    private static final Pattern VECTOR = Pattern.compile("([xyz]mm)(\\d{1,2})(?:\\[(\\d+):(\\d+)])?");
    private static final Map<String, Integer> LANES = Map.of("xmm", 2, "ymm", 4, "zmm", 8);
    private static final int VECTORS = 32;

    private ZeroText() {
    }

    /// The 64-bit parts of a register.
    ///
    /// @throws IllegalArgumentException when it is none
    static List<Place> places(String word) {
        Optional<Gpr> register = Gpr.whole(word);
        if (register.isPresent()) {
            require(register.get() != Gpr.RSP, "zero=rsp");
            return List.of(new Place.Register(register.get()));
        }
        Matcher vector = VECTOR.matcher(word);
        require(vector.matches() && Integer.parseInt(vector.group(2)) < VECTORS,
                "zero=%s; it is a register: xmm15, ymm3, r13", word);
        int number = Integer.parseInt(vector.group(2));
        int first = vector.group(4) == null ? 0 : Integer.parseInt(vector.group(4)) / Long.SIZE;
        int end = vector.group(3) == null ? LANES.get(vector.group(1))
                : Integer.parseInt(vector.group(3)) / Long.SIZE + 1;
        return IntStream.range(first, end).<Place>mapToObj(lane -> new Place.Vector(number, lane)).toList();
    }
}
