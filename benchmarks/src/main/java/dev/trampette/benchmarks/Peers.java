package dev.trampette.benchmarks;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.trampette.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jnr.ffi.LibraryLoader;

/// What else Java has to call native code, bound to `trampoline_cpuid` of a null image: JNI, JNA, JNR-FFI.
final class Peers {

    private static final int RESULTS = 4 * Long.BYTES;
    private static final String FILE = "libtrampette-null.so";

    /// The null image as a file, which they want; it may go when this process ends.
    private static final Path LIBRARY = library();

    static {
        System.load(LIBRARY.toString());
    }

    private Peers() {
    }

    private static Path library() {
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        if (directory != null) {
            return Path.of(directory, FILE).toAbsolutePath();
        }
        try (InputStream image = Peers.class.getResourceAsStream("/META-INF/native/linux-x86_64/" + FILE)) {
            Path file = Files.createTempFile("trampette-peers-", ".so");
            file.toFile().deleteOnExit();
            Files.copy(image, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `Java_dev_trampette_benchmarks_Peers_cpuid` of `src/main/asm/runtime/loop.asm`.
    static native long cpuid(int leaf, int subleaf, long out);

    /// JNA, direct mapping: native methods that it registers.
    static final class Direct {

        static final Pointer OUT = new Memory(RESULTS);

        static {
            Native.register(Direct.class, LIBRARY.toString());
        }

        private Direct() {
        }

        static native long trampoline_cpuid(int leaf, int subleaf, Pointer out);
    }

    /// JNA, through an interface.
    public interface Jna extends com.sun.jna.Library {

        /// The library.
        Jna LIBRARY = Native.load(Peers.LIBRARY.toString(), Jna.class);

        /// The wrapper.
        long trampoline_cpuid(int leaf, int subleaf, Pointer out);
    }

    /// JNR-FFI, which writes a class for an interface.
    public interface Jnr {

        /// The library.
        Jnr LIBRARY = LibraryLoader.create(Jnr.class).load(Peers.LIBRARY.toString());

        /// Memory for what comes back.
        jnr.ffi.Pointer OUT = jnr.ffi.Memory.allocateDirect(jnr.ffi.Runtime.getRuntime(LIBRARY), RESULTS);

        /// The wrapper.
        long trampoline_cpuid(int leaf, int subleaf, jnr.ffi.Pointer out);
    }
}
