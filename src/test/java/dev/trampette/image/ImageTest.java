package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can be wrong with an image is one clear exception each.
class ImageTest {

    @AfterEach
    void clearProperty() {
        System.clearProperty(Image.DIRECTORY_PROPERTY);
    }

    @Test
    void another_platform_is_not_supported() {
        assertThatThrownBy(() -> Image.requirePlatform("Mac OS X", "aarch64")).isInstanceOf(ImageException.class)
                .hasMessage("Trampette runs on Linux on x86-64 only, os.name=Mac OS X, os.arch=aarch64");
        assertThatThrownBy(() -> Image.requirePlatform("Linux", "aarch64")).isInstanceOf(ImageException.class);
    }

    @Test
    void an_image_that_is_not_in_the_jar_is_missing() {
        assertThatThrownBy(() -> Image.named("absent")).isInstanceOf(ImageException.class)
                .hasMessage("no image in the jar, resource=/META-INF/native/linux-x86_64/libtrampette-absent.so");
    }

    @Test
    void an_image_that_is_not_in_the_directory_is_missing(@TempDir Path directory) {
        System.setProperty(Image.DIRECTORY_PROPERTY, directory.toString());

        assertThatThrownBy(() -> Image.named("absent")).isInstanceOf(ImageException.class)
                .hasMessageContaining("file=" + directory.resolve("libtrampette-absent.so"))
                .hasMessageContaining(Image.DIRECTORY_PROPERTY);
    }

    @Test
    void a_file_that_is_no_image_is_refused(@TempDir Path directory) throws Exception {
        System.setProperty(Image.DIRECTORY_PROPERTY, directory.toString());
        Files.writeString(directory.resolve("libtrampette-text.so"), "this is no shared object");

        assertThatThrownBy(() -> Image.named("text")).isInstanceOf(ImageException.class);
    }

    @Test
    void an_image_can_come_from_a_directory(@TempDir Path directory) throws Exception {
        try (var resource = Image.class.getResourceAsStream("/META-INF/native/linux-x86_64/libtrampette-null.so")) {
            Files.copy(resource, directory.resolve("libtrampette-copy.so"));
        }
        Image original = Image.nullStub();
        System.setProperty(Image.DIRECTORY_PROPERTY, directory.toString());

        assertThat(Image.named("copy").contracts()).containsExactlyElementsOf(original.contracts());
    }

    @Test
    void an_image_is_loaded_in_30_milliseconds(@TempDir Path directory) throws Exception {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            try (var resource = Image.class.getResourceAsStream("/META-INF/native/linux-x86_64/libtrampette-null.so")) {
                Files.copy(resource, directory.resolve("libtrampette-timed" + i + ".so"));
            }
            System.setProperty(Image.DIRECTORY_PROPERTY, directory.toString());
            long start = System.nanoTime();
            Image.named("timed" + i);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }

        assertThat(fastest).isLessThan(30_000_000);
    }

    @Test
    void a_symbol_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Image.shim().function("trampoline_absent")).isInstanceOf(ImageException.class)
                .hasMessage("no such routine in the image, symbol=trampoline_absent, image=shim");
        assertThatThrownBy(() -> Image.nullStub().address("enter")).isInstanceOf(ImageException.class)
                .hasMessage("no such symbol in the image, symbol=enter, image=null");
    }

    @Test
    void an_address_is_named_after_its_routine() {
        long address = Image.shim().address("tdvmcall_trampoline").address();

        assertThat(Image.locate(address + 3)).isEqualTo("tdvmcall_trampoline+0x3");
        assertThat(Image.locate(64)).isEqualTo("0x40");
    }
}
