package dev.trampette.verify.trial;

import dev.trampette.decode.Operation;
import dev.trampette.image.Listing;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// The instructions at some addresses: those of ours as our tables have them, for something else stands in their
/// places; all others as they are disassembled.
///
/// @param ours by their addresses
/// @param listing of the others
public record Instructions(Map<Long, Operation> ours, Listing listing) {

    /// Those at these addresses.
    ///
    /// @throws dev.trampette.call.ImageException when there is no objdump
    public static Instructions of(Trial trial, Collection<Long> addresses) {
        Map<Long, Operation> ours = trial.instructions();
        return new Instructions(ours, Listing.of(addresses.stream().filter(rip -> !ours.containsKey(rip)).toList(),
                trial.target().landmarks()));
    }

    /// Whether it is one of ours, or one beside it, that the lab answers.
    public boolean isOurs(long rip) {
        return ours.containsKey(rip);
    }

    /// What is there, when it can be told.
    public Optional<Operation> operation(long rip) {
        return Optional.ofNullable(ours.get(rip)).or(() -> listing.at(rip));
    }

    /// The same as text, with the names of addresses.
    public String text(long rip) {
        return Optional.ofNullable(ours.get(rip)).map(Operation::text)
                .or(() -> listing.text(rip)).orElse("?");
    }
}
