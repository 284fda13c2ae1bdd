package dev.trampette.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.trampette.abi.AbiCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// What JUnit makes of the annotation: the classes below are run by a launcher of their own.
class AbiTestTest {

    static class Holds {

        @AbiTest(library = "libc.so.6", symbol = "labs", contract = "arguments=x:u64 result=u64", cases = 10)
        void labs() {
        }

        @AbiTest(library = "libchecksum.so", contracts = "examples/checksum.contract", cases = 10)
        void everyRoutine() {
        }

        @AbiTest(library = "libc.so.6", symbol = "llabs", cases = 10)
        void with_a_model(AbiCheck check) {
            check.contract("arguments=x:u64 result=u64").against(given -> Math.abs(given.value("x"))).holds();
        }

        @AbiTest(library = "libc.so.6", symbol = "ffsl", contract = "arguments=x:u64 result=u32", isolated = true,
                cases = 10, seconds = 2)
        void elsewhere() {
        }
    }

    static class Fails {

        @AbiTest(library = "libc.so.6", symbol = "labs", contract = "arguments=x:u32 result=u64", cases = 10)
        void narrow() {
        }

        @AbiTest(library = "libc.so.6", symbol = "no_such_function")
        void missing() {
        }

        @AbiTest(library = "libc.so.6")
        void nothing() {
        }
    }

    private record Ended(String name, TestExecutionResult result) {
    }

    private static List<Ended> run(Class<?> type) {
        List<Ended> ended = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(type))
                .configurationParameter("junit.jupiter.testmethod.order.default",
                        "org.junit.jupiter.api.MethodOrderer$MethodName").build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getThrowable().isPresent()) {
                    ended.add(new Ended(test.getDisplayName(), result));
                }
            }
        });
        return ended;
    }

    @Test
    void a_test_for_each_function() {
        List<Ended> ended = run(Holds.class);

        assertThat(ended).extracting(Ended::name).containsExactlyInAnyOrder("labs", "checksum",
                "checksum_without_pop", "llabs", "ffsl");
        assertThat(ended).filteredOn(one -> one.result().getThrowable().isPresent()).extracting(Ended::name)
                .containsExactly("checksum_without_pop");
    }

    @Test
    void what_is_wrong_is_said() {
        assertThat(run(Fails.class)).extracting(Ended::result).extracting(TestExecutionResult::getThrowable)
                .extracting(Optional::orElseThrow).extracting(Throwable::getMessage).satisfiesExactlyInAnyOrder(
                        message -> assertThat(message).startsWith("labs is broken: narrow-argument")
                                .contains("\n    first call  0x"),
                        message -> assertThat(message).contains("no such symbol, symbol=no_such_function"),
                        message -> assertThat(message).contains("@AbiTest needs a symbol, or a file of contracts"));
    }
}
