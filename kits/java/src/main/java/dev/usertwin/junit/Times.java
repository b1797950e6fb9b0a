package dev.usertwin.junit;

import java.util.Map;

/** How often. */
public final class Times {
    private final Map<String, Object> json;

    private Times(Map<String, Object> json) {
        this.json = json;
    }

    /** That number and no other. */
    public static Times exactly(int number) {
        return new Times(Map.of("exactly", number));
    }

    /** That number or more. */
    public static Times atLeast(int number) {
        return new Times(Map.of("atLeast", number));
    }

    /** That number or fewer. */
    public static Times atMost(int number) {
        return new Times(Map.of("atMost", number));
    }

    /** From the one number to the other, both included. */
    public static Times between(int least, int most) {
        return new Times(Map.of("atLeast", least, "atMost", most));
    }

    Map<String, Object> json() {
        return json;
    }
}
