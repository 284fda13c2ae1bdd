package dev.trampette.cli;

/// Several commands in one JVM, which takes longer to start than any of them.
final class Several {

    private Several() {
    }

    /// Prints a form feed behind the output of each.
    ///
    /// @param arguments a command line each; the first that fails is the last
    public static void main(String[] arguments) {
        for (String line : arguments) {
            Ran ran = Ran.of(line.split(" "));
            System.out.print(ran.out() + ran.err() + "\f");
            if (ran.status() != 0) {
                System.exit(ran.status());
            }
        }
    }
}
