package dev.trampette.cli.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.ContractException;
import org.junit.jupiter.api.Test;

/// What goes wrong in a child is the routine's, the user's, or the lab's.
class ChildTest {

    @Test
    void an_error_of_the_lab_is_no_crash_of_the_routine() {
        Outcome outcome = Child.attempt("f", () -> {
            throw new IllegalStateException("no such\nregister");
        });

        assertThat(outcome.verdict()).isEmpty();
        assertThat(outcome.refusal()).hasValueSatisfying(line -> assertThat(line)
                .startsWith("f: an error of the lab, not of the routine: ").contains("no such register at ChildTest")
                .doesNotContain("\n"));
    }

    @Test
    void a_contract_that_makes_no_sense_is_the_users() {
        assertThatThrownBy(() -> Child.attempt("f", () -> {
            throw new ContractException("no such word");
        })).isInstanceOf(ContractException.class);
    }
}
