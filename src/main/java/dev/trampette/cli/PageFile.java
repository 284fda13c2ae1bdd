package dev.trampette.cli;

import dev.trampette.report.page.Page;
import dev.trampette.report.page.Picture;
import dev.trampette.report.page.ReportFormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;

/// The page of a report that was written before, or its headline as a picture.
final class PageFile {

    private PageFile() {
    }

    /// Draw it. Nothing is written when something is wrong, and what was there before stays.
    ///
    /// @param from a report.json
    /// @param out a file that ends in .html, or in .svg for the headline alone
    /// @throws InputException when the one is no report or the other cannot be written
    static void write(Path from, Path out) {
        boolean isPicture = out.toString().endsWith(".svg");
        if (!isPicture && !out.toString().endsWith(".html")) {
            throw new InputException("--from makes a page: give the file, for example --out=report.html, instead of "
                    + out);
        }
        write(out, page(from, isPicture ? Picture::svg : Page::html));
    }

    /// Write a page. What was there before stays when it cannot be written.
    ///
    /// @throws InputException when it cannot
    static void write(Path out, String page) {
        Path unfinished = out.resolveSibling(out.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.writeString(unfinished, page);
            Files.move(unfinished, out, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(unfinished);
            throw new InputException("cannot write the file, --out=" + out);
        }
        System.err.println("wrote " + out);
    }

    private static String page(Path from, UnaryOperator<String> draw) {
        try {
            return draw.apply(Files.readString(from));
        } catch (NoSuchFileException e) {
            throw new InputException("there is no such file, --from=" + from);
        } catch (CharacterCodingException e) {
            throw new InputException(from + " is no report: it is not UTF-8");
        } catch (IOException e) {
            throw new InputException("cannot read the file, --from=" + from);
        } catch (ReportFormatException e) {
            throw new InputException("%s is no report: %s".formatted(from, e.getMessage()));
        }
    }

    private static void discard(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            // It could not be written either; the complaint about that is the one to make.
        }
    }
}
