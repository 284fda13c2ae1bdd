package dev.trampette.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Chromium of this machine, without a window. A page lies in a frame of the wanted width, for windows have a least
/// width, and the script that measures it runs outside of it: the page is looked at as it is.
///
/// @param program what to start
/// @param directory for the files of a run
record Chromium(String program, Path directory) {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome-stable",
            "google-chrome");
    private static final Pattern RESULT = Pattern.compile("<pre class=\"result\">(\\{.*?)</pre>", Pattern.DOTALL);
    private static final long SECONDS = 120;

    /// The one that is on the path, if any is.
    static Optional<Chromium> find(Path directory) {
        return NAMES.stream().filter(name -> Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, name)))).findFirst()
                .map(name -> new Chromium(name, directory));
    }

    /// What `measure.js` says about a page.
    JsonNode measure(String html, int width, boolean dark) throws IOException, InterruptedException {
        return measure(List.of(html), width, dark).getFirst();
    }

    /// What it says about pages, each in a frame of its own: one Chromium looks at all of them.
    List<JsonNode> measure(List<String> pages, int width, boolean dark) throws IOException, InterruptedException {
        Path frame = frame(pages, width, 900, script());
        String dom = run(dark, "--window-size=" + width + ",900", "--dump-dom", frame.toString());
        List<JsonNode> results = new ArrayList<>();
        for (MatchResult result : RESULT.matcher(dom).results().toList()) {
            results.add(new JsonMapper().readTree(result.group(1).replace("&lt;", "<").replace("&gt;", ">")
                    .replace("&amp;", "&")));
        }
        if (results.size() != pages.size()) {
            throw new AssertionError("Chromium gave no result: " + dom);
        }
        return results;
    }

    /// A picture of the upper part of a page.
    ///
    /// @param height of the whole page
    /// @param lines of pixels
    void screenshot(String html, int width, boolean dark, int height, int lines, Path file)
            throws IOException, InterruptedException {
        Path frame = frame(List.of(html), width, height, "");
        run(dark, "--window-size=" + width + "," + lines, "--screenshot=" + file.toAbsolutePath(), frame.toString());
    }

    private Path frame(List<String> pages, int width, int height, String script) throws IOException {
        StringBuilder frames = new StringBuilder();
        for (int n = 0; n < pages.size(); n++) {
            Files.writeString(directory.resolve("page%d.html".formatted(n)), pages.get(n));
            frames.append("""
                    <iframe src="page%d.html" style="border: 0; display: block; width: %dpx; height: %dpx;
                        color-scheme: light dark"></iframe>""".formatted(n, width, height));
            frames.append(script.isEmpty() ? "" : "<pre class=\"result\"></pre>");
        }
        Path frame = directory.resolve("frame.html");
        Files.writeString(frame, """
                <!DOCTYPE html>
                <html style="color-scheme: light dark"><body style="margin: 0; overflow: hidden">
                %s<script>%s</script></body></html>
                """.formatted(frames, script));
        return frame;
    }

    private static String script() throws IOException {
        try (InputStream in = Chromium.class.getResourceAsStream("measure.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + """
                    document.querySelectorAll('iframe').forEach((frame, n) => {
                      const look = () => document.querySelectorAll('.result')[n].textContent =
                        JSON.stringify(measure(frame.contentDocument));
                      const there = frame.contentDocument;
                      if (there.readyState === 'complete' && there.location.href !== 'about:blank') look();
                      else frame.onload = look;
                    });
                    """;
        }
    }

    private String run(boolean dark, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program, "--headless", "--no-sandbox", "--disable-gpu",
                "--hide-scrollbars", "--allow-file-access-from-files",
                "--user-data-dir=" + directory.resolve("profile"),
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1)));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile())
                .redirectError(directory.resolve("err").toFile()).start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("Chromium does not end: " + command);
        }
        return Files.readString(out);
    }
}
