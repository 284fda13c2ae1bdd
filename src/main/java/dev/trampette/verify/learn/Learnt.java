package dev.trampette.verify.learn;

import dev.trampette.contract.Contract;
import java.util.List;

/// What was learnt of a routine by calling it.
///
/// @param contract what it does, taken for what it promises
/// @param assumptions what was taken for granted, or could not be decided: a sentence each
public record Learnt(Contract contract, List<String> assumptions) {
}
