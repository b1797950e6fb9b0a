package dev.usertwin.junit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What happens to requests: {@code Fault.status(503).retryAfter(2).on(Match.any().api("pbnb")).times(1)}. */
public final class Fault {
    private final Map<String, Object> members;
    private final Map<String, Object> effect;

    private Fault(Map<String, Object> members, Map<String, Object> effect) {
        this.members = members;
        this.effect = effect;
    }

    /** That status in the API's own dress. */
    public static Fault status(int status) {
        return effect(Map.of("status", status));
    }

    /** The answer comes later. */
    public static Fault delay(Duration delay) {
        return effect(Map.of("delayMs", delay.toMillis()));
    }

    /** The answer comes later, by a time between the two. */
    public static Fault delay(Duration min, Duration max) {
        return effect(Map.of("delayMs", Map.of("min", min.toMillis(), "max", max.toMillis())));
    }

    /** The connection ends: {@code beforeResponse} or {@code midBody}. */
    public static Fault disconnect(String when) {
        return effect(Map.of("disconnect", when));
    }

    /** Only that part of the body comes, from 0 to 1. */
    public static Fault truncateBody(double part) {
        return effect(Map.of("truncateBody", part));
    }

    /** So many requests in so many seconds are served. */
    public static Fault rateLimit(int requests, int perSeconds) {
        return effect(Map.of("rateLimit", Map.of("requests", requests, "perSeconds", perSeconds)));
    }

    /** A canned answer. */
    public static Fault body(int status, String contentType, String body) {
        return effect(Map.of("status", status, "contentType", contentType, "body", body));
    }

    /** An effect in the words of the control API. */
    public static Fault effect(Map<String, Object> effect) {
        return new Fault(Map.of(), effect);
    }

    /** The {@code Retry-After} of a status, in seconds. */
    public Fault retryAfter(int seconds) {
        return new Fault(members, with(effect, "retryAfter", seconds));
    }

    /** The requests that are hit; all of them when it is not said. */
    public Fault on(Match match) {
        return new Fault(with(members, "match", match.json()), effect);
    }

    /** How many requests are hit; all of them when it is not said. */
    public Fault times(int number) {
        return new Fault(with(members, "times", number), effect);
    }

    /** Lets that many requests pass first. */
    public Fault skip(int number) {
        return new Fault(with(members, "skip", number), effect);
    }

    /** The share of requests that are hit, from 0 to 1. */
    public Fault probability(double share) {
        return new Fault(with(members, "probability", share), effect);
    }

    /** A name to find it by. */
    public Fault name(String name) {
        return new Fault(with(members, "name", name), effect);
    }

    private static Map<String, Object> with(Map<String, Object> map, String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(map);
        more.put(member, value);
        return more;
    }

    Map<String, Object> json() {
        return with(members, "effect", effect);
    }
}
