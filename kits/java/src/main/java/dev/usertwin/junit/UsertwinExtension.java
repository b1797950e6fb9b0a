package dev.usertwin.junit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link Usertwin} registers: one server for each JVM and set of flags, one world for each test. */
public final class UsertwinExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(UsertwinExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == World.class || type == UsertwinServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            Settings settings = Settings.of(context);
            UsertwinServer server = server(context, settings);
            return parameter.getParameter().getType() == World.class ? world(context, server, settings) : server;
        } catch (UsertwinException problem) {
            throw new ParameterResolutionException(problem.getMessage(), problem);
        }
    }

    private static UsertwinServer server(ExtensionContext context, Settings settings) {
        // The root's store is closed after the last test of the JVM.
        Store store = context.getRoot().getStore(NAMESPACE);
        String key = "server " + settings.tls() + " " + String.join("\0", settings.flags());
        return store.getOrComputeIfAbsent(
                        key, missing -> new Held(UsertwinServer.start(settings.tls(), settings.flags())), Held.class)
                .server();
    }

    private static World world(ExtensionContext context, UsertwinServer server, Settings settings) {
        String test = context.getTestMethod()
                .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
                .orElseThrow(() -> new UsertwinException("usertwin: a World is for one test: take it as a parameter of "
                        + "a test method, @BeforeEach or @AfterEach; a constructor and @BeforeAll have none"));
        // Keyed by the test, as a store also shows what the stores above it hold.
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        context.getUniqueId(), missing -> server.newWorld(test, settings.seed()), World.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        World world = context.getStore(NAMESPACE).remove(context.getUniqueId(), World.class);
        if (world == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            System.err.println(world.report());
            return;
        }
        if (Settings.of(context).strictAdvice() && !world.advice().isEmpty()) {
            System.err.println(world.report());
            StringBuilder sentence = new StringBuilder("usertwin: strict advice: the requests of this test got advice:");
            for (Advice advice : world.advice()) {
                sentence.append("\n  ! ").append(advice);
            }
            throw new AssertionError(sentence.toString());
        }
        world.drop();
    }

    /** Closes the server when the store is closed. */
    private record Held(UsertwinServer server) implements Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }
}
