package dev.usertwin.junit;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/** A mail that the world would have sent; {@code link} is null when it has none. */
public record Mail(Instant at, String api, String kind, String to, String link) {
    static Mail of(Map<String, Object> json) {
        Instant at = OffsetDateTime.parse((String) json.get("at")).toInstant();
        return new Mail(
                at,
                (String) json.get("api"),
                (String) json.get("kind"),
                (String) json.get("to"),
                (String) json.get("link"));
    }
}
