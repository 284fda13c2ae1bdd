package dev.trampette.support;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// The classes of a rehearsal, for every Java that a test starts. Maven says which jar they are in, and what is on the
/// class path already follows: the jar has the same classes.
public final class Rehearsed implements LauncherSessionListener {

    private static final String CLASS_PATH = "java.class.path";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        String jar = System.getProperty("trampette.rehearsed");
        if (jar != null && !System.getProperty(CLASS_PATH).startsWith(jar)) {
            System.setProperty(CLASS_PATH, jar + ":" + System.getProperty(CLASS_PATH));
        }
    }
}
