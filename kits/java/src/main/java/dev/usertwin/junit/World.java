package dev.usertwin.junit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A copy of everything for one test: users, tokens, faults, clock and journal. */
public final class World {
    /** The largest page of the journal that the server gives. */
    private static final int MOST_REQUESTS = 1000;

    private final UsertwinServer server;
    private final String name;
    /** Where reset goes back to: the server's seed, or a world that holds the test's own document. */
    private final String baseline;

    private final List<String> copies = new ArrayList<>();
    private final Clock clock = new Clock();

    World(UsertwinServer server, String name, String seed) {
        this.server = server;
        this.name = name;
        this.baseline = seed.isEmpty() ? "seed" : name + ".seed";
        if (!seed.isEmpty()) {
            String document = document(seed);
            copies.add(baseline);
            fork(baseline, "seed");
            try {
                server.call("PUT", "/worlds/" + baseline + "/state", document);
            } catch (UsertwinException invalid) {
                drop();
                throw invalid;
            }
        }
        fork(name, baseline);
    }

    /** JSON as it stands, {@code empty}, a file, or a resource of the class path. */
    private static String document(String seed) {
        if (seed.equals("empty")) {
            return "{}";
        }
        if (seed.stripLeading().startsWith("{")) {
            return seed;
        }
        try {
            if (Files.isRegularFile(Path.of(seed))) {
                return Files.readString(Path.of(seed));
            }
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            try (InputStream resource = loader.getResourceAsStream(seed)) {
                if (resource != null) {
                    return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        } catch (IOException error) {
            throw new UsertwinException("usertwin: the seed " + seed + " cannot be read: " + error, error);
        }
        throw new UsertwinException("usertwin: the seed " + seed + " is neither a file in "
                + Path.of("").toAbsolutePath() + " nor a resource of the class path");
    }

    private void fork(String copy, String from) {
        server.call("POST", "/worlds", Map.of("name", copy, "from", from));
    }

    private Map<String, Object> control(String method, String path, Object body) {
        return server.call(method, "/worlds/" + name + path, body);
    }

    /** The world's name: the test's, and a short hash. */
    public String name() {
        return name;
    }

    /** The address of the world; the vendors' paths follow it. */
    public String url() {
        return server.url() + "/w/" + name;
    }

    /** The base address of each API in this world. */
    public Urls urls() {
        return new Urls(url(), url() + "/api", url(), url());
    }

    /** The server of the world. */
    public UsertwinServer server() {
        return server;
    }

    /** A file with the PEM of the authority to trust, with TLS. */
    public Path caFile() {
        return server.caFile();
    }

    /** Trusts the server's certificate, with TLS. */
    public SSLContext sslContext() {
        return server.sslContext();
    }

    /** Makes requests fail as the fault says. */
    public void fault(Fault fault) {
        control("POST", "/faults", fault.json());
    }

    /** Fails the test unless a request matched. */
    public void verify(Match match) {
        verify(match, Times.atLeast(1));
    }

    /** Fails the test, with the server's sentence and the nearest requests, unless as many requests matched. */
    public void verify(Match match, Times times) {
        Map<String, Object> verdict = control("POST", "/verify", Map.of("match", match.json(), "times", times.json()));
        if (Boolean.TRUE.equals(verdict.get("satisfied"))) {
            return;
        }
        StringBuilder sentence = new StringBuilder("usertwin: ").append(verdict.get("message"));
        for (Map<String, Object> near : Json.objects(verdict.get("nearest"))) {
            sentence.append("\n  near: ").append(Request.of(near));
            for (Map<String, Object> difference : Json.objects(near.get("differs"))) {
                sentence.append("; ").append(difference.get("member")).append(" was ").append(difference.get("was"));
                sentence.append(", not ").append(difference.get("asked"));
            }
        }
        throw new AssertionError(sentence.toString());
    }

    /** What the real service would have done silently, grouped by code. */
    public List<Advice> advice() {
        return Json.objects(control("GET", "/advice", null).get("advice")).stream().map(Advice::of).toList();
    }

    /** What the world was asked, oldest first. */
    public List<Request> requests() {
        return requests(Match.any());
    }

    /** Those of the requests that match, oldest first; {@code bodyContains} is for {@link #verify} only. */
    public List<Request> requests(Match match) {
        StringBuilder path = new StringBuilder("/requests?limit=" + MOST_REQUESTS);
        match.json().forEach((member, value) -> path.append('&').append(member).append('=')
                .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8)));
        return Json.objects(control("GET", path.toString(), null).get("requests")).stream().map(Request::of).toList();
    }

    /** What the test changed: the world compared with its seed. */
    public Diff diff() {
        return Diff.of(control("GET", "/diff?from=" + baseline, null));
    }

    /** The world's state document. */
    public Map<String, Object> state() {
        return control("GET", "/state", null);
    }

    /** Replaces the world's state document. */
    public void state(Map<String, Object> document) {
        control("PUT", "/state", document);
    }

    /** Replaces the world's state document by JSON. */
    public void state(String json) {
        control("PUT", "/state", json);
    }

    /** Goes back to the seed; requests, faults and clock are cleared. */
    public void reset() {
        control("POST", "/reset", Map.of("from", baseline));
    }

    /** Copies the world. */
    public Snapshot snapshot() {
        String copy;
        synchronized (copies) {
            copy = name + "." + (copies.size() + 1);
            copies.add(copy);
        }
        fork(copy, name);
        return new Snapshot(copy);
    }

    /** Goes back to a snapshot, which stays; requests and faults are cleared. */
    public void restore(Snapshot snapshot) {
        control("POST", "/reset", Map.of("from", snapshot.world()));
    }

    /** The time of the world, which timestamps, tokens and rate limits follow. */
    public Clock clock() {
        return clock;
    }

    /** The mails that the world would have sent. */
    public List<Mail> outbox() {
        return Json.objects(control("GET", "/outbox", null).get("mails")).stream().map(Mail::of).toList();
    }

    /** Drops the world and its snapshots; one that is gone already is no error. */
    public void drop() {
        List<String> all = new ArrayList<>(copies);
        all.add(name);
        for (String one : all) {
            server.call("DELETE", "/worlds/" + one, null);
        }
    }

    /** The list of the world's requests, each with status and advice. */
    public String report() {
        List<Request> requests;
        try {
            requests = requests();
        } catch (UsertwinException problem) {
            return problem.getMessage();
        }
        StringBuilder report = new StringBuilder("usertwin: requests of the world " + name + " (" + requests.size() + "):");
        for (Request request : requests) {
            report.append("\n  ").append(request);
            for (Advice advice : request.advice()) {
                report.append("\n    ! ").append(advice);
            }
        }
        return report.toString();
    }

    /** The time of a world. */
    public final class Clock {
        private Clock() {}

        /** The time in the world. */
        public Instant now() {
            return OffsetDateTime.parse((String) control("GET", "/clock", null).get("now")).toInstant();
        }

        /** Stops the clock at an instant, e.g. {@code 2030-01-01T12:00:00Z}. */
        public void freeze(String at) {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("now", at);
            change.put("frozen", true);
            control("PUT", "/clock", change);
        }

        /** Stops the clock at an instant. */
        public void freeze(Instant at) {
            freeze(at.toString());
        }

        /** Moves the clock on; a frozen one stays frozen. */
        public void advance(Duration by) {
            String sign = by.isNegative() ? "-" : "";
            Duration size = by.abs();
            String fraction = size.getNano() == 0 ? "" : String.format(".%09d", size.getNano()).replaceAll("0+$", "");
            control("PUT", "/clock", Map.of("advance", sign + "PT" + size.getSeconds() + fraction + "S"));
        }
    }
}
