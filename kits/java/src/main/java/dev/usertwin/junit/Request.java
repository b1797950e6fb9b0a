package dev.usertwin.junit;

import java.util.List;
import java.util.Map;

/**
 * An entry of the world's journal.
 *
 * @param api null when the path belongs to no API; so is {@code operation}
 * @param query null when there was none
 * @param status 0 when nothing was answered
 * @param json the whole entry: headers, bodies, duration, fault
 */
public record Request(
        String id,
        String api,
        String operation,
        String method,
        String path,
        String query,
        int status,
        List<Advice> advice,
        Map<String, Object> json) {
    static Request of(Map<String, Object> json) {
        return new Request(
                (String) json.get("id"),
                (String) json.get("api"),
                (String) json.get("operation"),
                (String) json.get("method"),
                (String) json.get("path"),
                (String) json.get("query"),
                (int) Json.number(json.get("status")),
                Json.objects(json.get("advice")).stream().map(Advice::of).toList(),
                json);
    }

    /** The line of a request in reports. */
    @Override
    public String toString() {
        String address = query == null ? path : path + "?" + query;
        return method + " " + address + " -> " + (status == 0 ? "no answer" : status);
    }
}
