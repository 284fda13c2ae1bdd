package dev.trampette.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// A node of a YAML document that knows its place, and says so in every complaint.
record Yaml(String file, Node node) {

    /// The system property that names a directory to take tables from instead of the class path.
    static final String DIRECTORY_PROPERTY = "dev.trampette.tables";

    /// Parse a document.
    ///
    /// @throws TableException when it is no YAML
    static Yaml parse(String file, String text) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
            // What Compose does, whose package the module does not export.
            Node node = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)))
                    .getSingleNode().orElseThrow(() -> new TableException(file, 1, "empty"));
            return new Yaml(file, node);
        } catch (MarkedYamlEngineException e) {
            throw new TableException(file, e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1),
                    "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new TableException(file, 1, "not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().get());
        }
    }

    /// Parse a table that belongs to this package, or its replacement in the directory of [#DIRECTORY_PROPERTY].
    ///
    /// @throws TableException when it is not there or no YAML
    static Yaml shipped(String name) {
        String directory = System.getProperty(DIRECTORY_PROPERTY);
        try {
            if (directory != null && Files.exists(Path.of(directory, name))) {
                return parse(Path.of(directory, name).toString(), Files.readString(Path.of(directory, name)));
            }
            try (InputStream resource = Yaml.class.getResourceAsStream(name)) {
                if (resource == null) {
                    throw new TableException(name, 1, "no such table");
                }
                return parse(name, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new TableException(name, 1, "cannot be read: " + e.getMessage());
        }
    }

    int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    TableException error(String message) {
        return new TableException(file, line(), message);
    }

    /// The members of a mapping, in order; only these keys are allowed, all when none is given, and each once.
    Map<String, Yaml> members(String... allowed) {
        if (!(node instanceof MappingNode mapping)) {
            throw error("a mapping is expected here");
        }
        Map<String, Yaml> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Yaml key = new Yaml(file, tuple.getKeyNode());
            String name = key.text();
            if (allowed.length > 0 && !Set.of(allowed).contains(name)) {
                throw key.error("unknown key " + name + ", known: " + String.join(" ", allowed));
            }
            if (members.put(name, new Yaml(file, tuple.getValueNode())) != null) {
                throw key.error(name + " is there twice");
            }
        }
        return members;
    }

    /// A member of a mapping that must be there.
    Yaml required(Map<String, Yaml> members, String name) {
        return Optional.ofNullable(members.get(name)).orElseThrow(() -> error("no " + name));
    }

    List<Yaml> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw error("a list is expected here");
        }
        return sequence.getValue().stream().map(item -> new Yaml(file, item)).toList();
    }

    /// A single value of one line. It ends up in comments of sources, where a line break would be code and a backslash
    /// at the end would swallow the next line.
    String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("a single value is expected here");
        }
        String text = scalar.getValue();
        if (text.chars().anyMatch(Character::isISOControl) || text.endsWith("\\")) {
            throw error("one line is expected here, without control characters and a backslash at the end");
        }
        return text;
    }

    /// A text that is not empty.
    String name() {
        if (text().isBlank()) {
            throw error("no name");
        }
        return text();
    }

    /// An unsigned 64-bit number, decimal or 0x.
    long number() {
        String text = text();
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw error("not a number: " + text);
        }
    }

    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("neither true nor false: " + text());
        };
    }

    /// The flag of a member that need not be there.
    static boolean flag(Map<String, Yaml> members, String name, boolean otherwise) {
        return members.containsKey(name) ? members.get(name).flag() : otherwise;
    }

    /// The text of a member that need not be there.
    static String text(Map<String, Yaml> members, String name) {
        return members.containsKey(name) ? members.get(name).text() : "";
    }

    /// The texts of a list that need not be there.
    static List<String> texts(Map<String, Yaml> members, String name) {
        return members.containsKey(name) ? members.get(name).items().stream().map(Yaml::text).toList() : List.of();
    }
}
