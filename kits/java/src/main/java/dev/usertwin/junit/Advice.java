package dev.usertwin.junit;

import java.util.Map;

/**
 * What the real service would have done silently.
 *
 * @param count how often; 0 in the advice of one request
 */
public record Advice(String code, String message, long count) {
    static Advice of(Map<String, Object> json) {
        return new Advice((String) json.get("code"), (String) json.get("message"), Json.number(json.get("count")));
    }

    @Override
    public String toString() {
        return code + (count > 0 ? " (" + count + ")" : "") + ": " + message;
    }
}
