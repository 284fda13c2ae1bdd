package dev.trampette.cli.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaOptionsTest {

    @Test
    void a_child_has_the_cache_and_no_second_collector() {
        assertThat(JavaOptions.inherited(List.of("-XX:+UseParallelGC", "-XX:AOTCache=lab.aot", "-Xlog:disable", "-ea",
                "-Ddev.trampette.tables=t", "-XX:AOTCacheOutput=new.aot", "-Dother=1")))
                .containsExactly("-XX:AOTCache=lab.aot", "-Xlog:disable", "-Ddev.trampette.tables=t");
    }
}
