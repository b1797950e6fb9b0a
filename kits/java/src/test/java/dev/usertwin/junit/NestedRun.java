package dev.usertwin.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs a test of {@link NestedFixture} in a JVM of its own: what a failing test prints, and what a killed JVM leaves. */
public final class NestedRun {
    record Result(String output, boolean failed) {}

    private NestedRun() {}

    static Process start(String test, Map<String, String> environment, String... classPath) throws IOException {
        List<String> path = new ArrayList<>(List.of(classPath));
        path.add(System.getProperty("java.class.path"));
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                String.join(java.io.File.pathSeparator, path),
                NestedRun.class.getName(),
                test);
        environment.forEach((name, value) -> command.environment().put(name, value));
        return command.redirectErrorStream(true).start();
    }

    static Result run(String test, Map<String, String> environment, String... classPath) throws Exception {
        Process process = start(test, environment, classPath);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(output, process.waitFor() != 0);
    }

    public static void main(String[] arguments) {
        var request = LauncherDiscoveryRequestBuilder.request();
        for (var method : NestedFixture.class.getDeclaredMethods()) {
            if (method.getName().equals(arguments[0])) {
                request.selectors(selectMethod(NestedFixture.class, method));
            }
        }
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), listener);
        var summary = listener.getSummary();
        summary.getFailures().forEach(failure -> System.out.println("FAILED: " + failure.getException().getMessage()));
        System.out.println("passed " + summary.getTestsSucceededCount());
        System.exit(summary.getTestsSucceededCount() == 1 && summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
