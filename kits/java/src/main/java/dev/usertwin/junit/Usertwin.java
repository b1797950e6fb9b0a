package dev.usertwin.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a {@link World} and a {@link UsertwinServer} as parameters.
 *
 * <p>On a class it holds for all of its tests; on a method, what the method says comes first.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(UsertwinExtension.class)
public @interface Usertwin {
    /** The state document that the world starts from: a file, a resource of the class path, JSON or {@code empty}. */
    String seed() default "";

    /** Whether a test fails when its requests got advice. USERTWIN_STRICT_ADVICE=1 does so for every test. */
    boolean strictAdvice() default false;

    /** Whether the server is reached by HTTPS. */
    boolean tls() default false;

    /** Further flags of {@code usertwin serve}. Tests with the same flags share a server. */
    String[] flags() default {};
}
