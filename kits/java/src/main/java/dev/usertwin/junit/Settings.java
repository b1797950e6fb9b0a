package dev.usertwin.junit;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What the annotations of a test say together: those of its method, its class and the classes around it. */
record Settings(String seed, boolean strictAdvice, boolean tls, List<String> flags) {
    static Settings of(ExtensionContext context) {
        List<Usertwin> annotations = new ArrayList<>();
        context.getTestMethod().ifPresent(method -> add(annotations, method));
        for (Class<?> type = context.getTestClass().orElse(null); type != null; type = type.getEnclosingClass()) {
            add(annotations, type);
        }
        boolean strict = variable("USERTWIN_STRICT_ADVICE")
                .filter(value -> !List.of("0", "false", "no").contains(value.toLowerCase(Locale.ROOT)))
                .isPresent();
        String seed = "";
        boolean tls = false;
        List<String> flags = List.of();
        for (Usertwin annotation : annotations) {
            seed = seed.isEmpty() ? annotation.seed() : seed;
            strict |= annotation.strictAdvice();
            tls |= annotation.tls();
            flags = flags.isEmpty() ? List.of(annotation.flags()) : flags;
        }
        return new Settings(seed, strict, tls, flags);
    }

    private static void add(List<Usertwin> annotations, AnnotatedElement element) {
        AnnotationSupport.findAnnotation(element, Usertwin.class).ifPresent(annotations::add);
    }

    /** A variable of the environment; an empty one counts as unset. */
    static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }
}
