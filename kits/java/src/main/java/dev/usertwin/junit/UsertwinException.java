package dev.usertwin.junit;

/** A sentence about what the kit or the server could not do. */
public final class UsertwinException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsertwinException(String sentence) {
        super(sentence);
    }

    UsertwinException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
