package dev.trampette.benchmarks;

import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The null image of an earlier build, to be measured in the same groups as this build's.
public final class Earlier {

    private static final String FILE = "libtrampette-null.so";
    private static final String RESOURCE = "META-INF/native/linux-x86_64/" + FILE;

    private Earlier() {
    }

    /// A copy of the image of a build, in a file of its own.
    ///
    /// @param build a checkout, its classes, the directory of its images, or its jar
    /// @return empty when there is no image in it
    public static Optional<Path> image(Path build) throws IOException {
        Path copy = Files.createTempFile("trampette-earlier-", ".so");
        copy.toFile().deleteOnExit();
        if (Files.isDirectory(build)) {
            Optional<Path> image = Stream.of(FILE, RESOURCE, "classes/" + RESOURCE, "target/classes/" + RESOURCE)
                    .map(build::resolve).filter(Files::isRegularFile).findFirst();
            if (image.isPresent()) {
                Files.copy(image.get(), copy, StandardCopyOption.REPLACE_EXISTING);
            }
            return image.map(_ -> copy);
        }
        try (ZipFile jar = new ZipFile(build.toFile())) {
            ZipEntry entry = jar.getEntry(RESOURCE);
            if (entry == null) {
                return Optional.empty();
            }
            try (InputStream image = jar.getInputStream(entry)) {
                Files.copy(image, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            return Optional.of(copy);
        }
    }

    /// A panel with the rows of an earlier build beside those that it has; the same panel, where Java calls, or where
    /// the earlier build has no such stub.
    public static Panel beside(Panel panel, Image earlier) {
        boolean hasStub = Stub.of(panel).entrySet().stream()
                .allMatch(stub -> earlier.file().has(stub.getKey()) && earlier.file().has(stub.getValue()));
        return panel.layer().isJava() || !hasStub ? panel
                : panel.beside(symbol -> earlier.file().findContract(symbol).isPresent());
    }
}
