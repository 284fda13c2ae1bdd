package dev.trampette.object;

import dev.trampette.call.ObjectException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Objects as they come: a file, or an archive with several in it (ar(5)).
final class ObjectInput {

    private static final long MOST = 128 << 20;
    private static final String ARCHIVE = "!<arch>\n";
    private static final String THIN_ARCHIVE = "!<thin>\n";
    private static final int MEMBER_HEADER = 60;

    private ObjectInput() {
    }

    /// @param name how messages call it
    /// @throws ObjectException when it cannot be used
    static List<ObjectFile> read(Path file, String name) {
        byte[] bytes = bytes(file, name);
        if (startsWith(bytes, THIN_ARCHIVE)) {
            throw new ObjectException("a thin archive holds no objects, only their names; give the objects, file="
                    + name);
        }
        return startsWith(bytes, ARCHIVE) ? members(bytes, name) : List.of(new ObjectFile(new Elf(name, bytes)));
    }

    /// @throws ObjectException when it is no file that can be read, or a huge one
    static byte[] bytes(Path file, String name) {
        requireReadable(file, name);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ObjectException("the file cannot be read (%s), file=%s".formatted(e.getMessage(), name));
        }
    }

    /// @throws ObjectException when it is no file that can be read, or a huge one
    static void requireReadable(Path file, String name) {
        if (!Files.exists(file)) {
            throw new ObjectException("no such file, file=" + name);
        }
        if (!Files.isRegularFile(file)) {
            throw new ObjectException("%s; give an object or a source, file=%s".formatted(Files.isDirectory(file)
                    ? "a directory" : "neither a file nor a link to one", name));
        }
        if (!Files.isReadable(file)) {
            throw new ObjectException("the file may not be read, file=" + name);
        }
        try {
            if (Files.size(file) > MOST) {
                throw new ObjectException("too large for an object that is called, MiB=%d, most=%d, file=%s"
                        .formatted(Files.size(file) >> 20, MOST >> 20, name));
            }
        } catch (IOException e) {
            throw new ObjectException("the file cannot be read (%s), file=%s".formatted(e.getMessage(), name));
        }
    }

    private static List<ObjectFile> members(byte[] bytes, String name) {
        List<ObjectFile> members = new ArrayList<>();
        String names = "";
        int at = ARCHIVE.length();
        while (at < bytes.length) {
            if (bytes.length - at < MEMBER_HEADER) {
                throw truncated(name);
            }
            String member = text(bytes, at, 16).strip();
            long size = size(text(bytes, at + 48, 10), name);
            at += MEMBER_HEADER;
            if (size > bytes.length - at) {
                throw truncated(name);
            }
            byte[] content = Arrays.copyOfRange(bytes, at, at + (int) size);
            if (member.equals("//")) {
                names = new String(content, StandardCharsets.UTF_8);
            } else if (!member.equals("/") && !member.equals("/SYM64/")) {
                members.add(new ObjectFile(new Elf("%s(%s)".formatted(name, memberName(member, names)), content)));
            }
            at += (int) size + ((int) size & 1);
        }
        if (members.isEmpty()) {
            throw new ObjectException("an archive with no objects in it, file=" + name);
        }
        return members;
    }

    /// `name/`, or `/offset` into the long names.
    private static String memberName(String member, String names) {
        String digits = member.startsWith("/") ? member.substring(1) : "";
        if (digits.matches("\\d{1,9}") && Integer.parseInt(digits) < names.length()) {
            return names.substring(Integer.parseInt(digits)).replaceFirst("(?s)/?\n.*", "");
        }
        return member.replaceFirst("/$", "");
    }

    private static long size(String digits, String name) {
        if (!digits.strip().matches("\\d{1,10}")) {
            throw truncated(name);
        }
        return Long.parseLong(digits.strip());
    }

    private static ObjectException truncated(String name) {
        return new ObjectException("truncated, or not an archive: a member is outside of the file, file=" + name);
    }

    private static String text(byte[] bytes, int at, int size) {
        return new String(bytes, at, size, StandardCharsets.ISO_8859_1);
    }

    private static boolean startsWith(byte[] bytes, String magic) {
        return bytes.length >= magic.length() && text(bytes, 0, magic.length()).equals(magic);
    }
}
