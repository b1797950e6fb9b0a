package dev.usertwin.junit;

import java.util.LinkedHashMap;
import java.util.Map;

/** Says which requests are meant: {@code Match.any().api("pbnb").operation("getUser")}. */
public final class Match {
    private final Map<String, Object> json;

    private Match(Map<String, Object> json) {
        this.json = json;
    }

    /** All requests. */
    public static Match any() {
        return new Match(Map.of());
    }

    /** {@code pbnb}, {@code reseller}, {@code expoints} or {@code adminUsers}. */
    public Match api(String api) {
        return with("api", api);
    }

    /** The operationId of the OpenAPI documents. */
    public Match operation(String operation) {
        return with("operation", operation);
    }

    /** The HTTP method. */
    public Match method(String method) {
        return with("method", method);
    }

    /** The path without the world, exact or with {@code *}. */
    public Match path(String path) {
        return with("path", path);
    }

    /** The status of the answer. */
    public Match status(int status) {
        return with("status", status);
    }

    /** A text in the body of the request. */
    public Match bodyContains(String text) {
        return with("bodyContains", text);
    }

    private Match with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(json);
        more.put(member, value);
        return new Match(more);
    }

    Map<String, Object> json() {
        return json;
    }
}
