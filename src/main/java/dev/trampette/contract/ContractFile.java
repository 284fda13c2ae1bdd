package dev.trampette.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Contracts in a file: a block for each routine, which begins with its `symbol=` line, or a C prototype. Types that
/// are declared before a prototype are known to those that follow. Blank lines and lines that begin with `#` or `//`
/// are for readers.
public final class ContractFile {

    private final Map<String, Contract> contracts = new LinkedHashMap<>();
    /// The types that were declared so far.
    private String declared = "";

    private ContractFile() {
    }

    /// Read the text of a file.
    ///
    /// @param name how to call it in messages
    /// @param text all of its lines
    /// @return its contracts
    /// @throws ContractException with file and line, when something in it makes no sense, or a routine has two
    ///         contracts
    public static ContractFile read(String name, String text) {
        ContractFile file = new ContractFile();
        List<String> lines = text.lines().map(String::strip).toList();
        int begin = -1;
        for (int n = 0; n <= lines.size(); n++) {
            boolean isEnd = n == lines.size();
            String line = isEnd ? "" : lines.get(n);
            boolean isFirst = ContractText.isFirst(line)
                    && (begin < 0 || !Prototype.isOpen(String.join(" ", lines.subList(begin, n))));
            boolean isText = !isProse(line);
            if (isText && begin < 0 && !isFirst) {
                throw new ContractException("%s:%d: a block begins with symbol=NAME or a C prototype, line=\"%s\""
                        .formatted(name, n + 1, line));
            }
            if (begin >= 0 && (isEnd || isFirst)) {
                file.add(name, lines, begin, n);
            }
            begin = isFirst ? n : begin;
        }
        return file;
    }

    private static boolean isProse(String line) {
        return line.isEmpty() || line.startsWith("#") || line.startsWith("//");
    }

    /// Whether a line begins a C prototype, or a type before one, and no block of keys.
    ///
    /// @param line of a file, or of somebody who has none
    /// @return whether it looks like one
    public static boolean isPrototype(String line) {
        return Prototype.isLikely(line);
    }

    private void add(String name, List<String> lines, int begin, int end) {
        List<String> block = new ArrayList<>();
        for (int n = begin; n < end; n++) {
            if (!isProse(lines.get(n))) {
                block.add(lines.get(n));
            }
        }
        try {
            String text = String.join("\n", block);
            boolean isPrototype = Prototype.isLikely(text.lines().findFirst().orElse(""));
            Contract contract = Contract.parse(isPrototype ? declared + text : text);
            declared += isPrototype ? Prototype.declarations(text) : "";
            if (contracts.put(contract.symbol(), contract) != null) {
                throw new ContractException("%s:%d: a second contract of %s".formatted(name, begin + 1,
                        contract.symbol()));
            }
        } catch (ContractException e) {
            throw e.getMessage().startsWith(name + ":") ? e : new ContractException("%s:%d: %s".formatted(name,
                    line(lines, begin, end, e), e.getMessage()), e);
        }
    }

    /// The line that is wrong; where a rule about several is broken, the one of the key that the rule names first; else
    /// the first of the block.
    private static int line(List<String> lines, int begin, int end, ContractException e) {
        for (int n = begin + 1; n < end; n++) {
            String line = lines.get(n);
            String key = line.substring(0, line.indexOf('=') + 1);
            if (e.line().map(line::equals).orElse(!key.isEmpty() && e.getMessage().contains(", " + key))) {
                return n + 1;
            }
        }
        return begin + 1;
    }

    /// Look a routine up.
    ///
    /// @param symbol its name, as the object has it
    /// @return its contract; empty when the file has none
    public Optional<Contract> contract(String symbol) {
        return Optional.ofNullable(contracts.get(symbol));
    }

    /// {@return the routines that have a contract, in the order of the file}
    public List<String> symbols() {
        return List.copyOf(contracts.keySet());
    }
}
