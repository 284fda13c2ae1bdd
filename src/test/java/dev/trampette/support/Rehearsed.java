package dev.trampette.support;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// The classes of a rehearsal, for every Java that a test starts. Maven says which jar they are in, and what is on the
/// class path already follows: the jar has the same classes.
public final class Rehearsed implements LauncherSessionListener {

    private static final String CLASS_PATH = "java.class.path";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.setProperty(CLASS_PATH, jar() + plainClassPath());
    }

    /// The class path without that jar: for those who look for modules on it.
    public static String plainClassPath() {
        String path = System.getProperty(CLASS_PATH);
        return path.startsWith(jar()) ? path.substring(jar().length()) : path;
    }

    private static String jar() {
        String jar = System.getProperty("trampette.rehearsed");
        return jar == null ? "" : jar + ":";
    }
}
