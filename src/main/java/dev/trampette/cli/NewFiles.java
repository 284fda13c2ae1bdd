package dev.trampette.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Files that are written all or not at all: what somebody else has written is not replaced.
///
/// @param directory where they go
/// @param texts by name
record NewFiles(Path directory, Map<String, String> texts) {

    /// What all that a generator writes says in its first lines.
    private static final String MADE = "Made from ";
    private static final int HEAD = 400;

    /// @return the files
    /// @throws InputException when one of them is somebody's own, or cannot be written
    List<Path> write() {
        List<Path> files = texts.keySet().stream().map(directory::resolve).toList();
        Map<Path, Path> drafts = new LinkedHashMap<>();
        try {
            Files.createDirectories(directory);
            for (Path file : files) {
                requireOurs(file);
            }
            for (Map.Entry<String, String> text : texts.entrySet()) {
                Path draft = Files.createTempFile(directory, ".", text.getKey());
                drafts.put(draft, directory.resolve(text.getKey()));
                Files.writeString(draft, text.getValue());
            }
            for (Map.Entry<Path, Path> draft : drafts.entrySet()) {
                Files.move(draft.getKey(), draft.getValue(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new InputException("cannot write to the directory, --out=" + directory);
        } finally {
            drafts.keySet().forEach(NewFiles::delete);
        }
        return files;
    }

    private static void requireOurs(Path file) throws IOException {
        if (Files.exists(file)) {
            String text = Files.isRegularFile(file) ? Files.readString(file) : "";
            if (!text.substring(0, Math.min(HEAD, text.length())).contains(MADE)) {
                throw new InputException("a file is there that was not generated; remove it first, file=" + file);
            }
        }
    }

    private static void delete(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // The directory is gone, or somebody else's now.
        }
    }
}
