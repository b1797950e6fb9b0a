package dev.usertwin.junit;

import static dev.usertwin.junit.ClientApp.ADA;
import static dev.usertwin.junit.ClientApp.HEDY;
import static dev.usertwin.junit.ClientApp.get;
import static dev.usertwin.junit.ClientApp.nameOfAda;
import static dev.usertwin.junit.ClientApp.rename;
import static dev.usertwin.junit.ClientApp.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scenarios of kits/scenarios.tsv: the name of each test begins with a scenario's. */
@Usertwin
class ScenariosTest {
    private static final String ONE_USER = "{\"users\": [{\"username\": \"solo\", \"email\": \"solo@example.com\","
            + " \"pbnb\": {\"accountId\": 2}}], \"pbnb\": {\"accounts\": [{\"id\": 2}]}}";
    private static final String GRACE = "/v1/core/Accounts/2/users/2";
    private static final String CHARLES = "/v1/core/Accounts/2/users/3";
    private static final CountDownLatch HALFWAY = new CountDownLatch(2);

    private static void contains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no \"" + part + "\" in:\n" + text);
        }
    }

    private static NestedRun.Result nested(String test) throws Exception {
        return NestedRun.run(test, Map.of());
    }

    private static List<Object> worlds(UsertwinServer server) {
        var list = Json.objects(server.call("GET", "/worlds", null).get("worlds"));
        return list.stream().map(world -> world.get("name")).toList();
    }

    @Test
    void worldsApart_one(World world) throws InterruptedException {
        apart(world, "countess", GRACE, CHARLES);
    }

    @Test
    void worldsApart_two(World world) throws InterruptedException {
        apart(world, "lovelace", CHARLES, GRACE);
    }

    /** Both tests are halfway through when either looks at what the other did. */
    private static void apart(World world, String name, String faulty, String served) throws InterruptedException {
        world.fault(Fault.status(503).on(Match.any().path(faulty)));
        rename(world, name);
        HALFWAY.countDown();
        assertTrue(HALFWAY.await(60, TimeUnit.SECONDS), "the tests do not run at once");
        assertEquals(name, nameOfAda(world));
        assertEquals(2, world.requests().size());
        assertEquals(503, get(world.url() + faulty));
        assertEquals(200, get(world.url() + served));
    }

    @Test
    void urls(World world) {
        contains(world.url(), "http://127.0.0.1:", "/w/ScenariosTest-urls-");
        assertEquals(world.url(), world.urls().pbnb());
        assertEquals(200, get(world.urls().pbnb() + ADA));
        assertEquals(200, get(world.urls().reseller() + "/v1.0/accounts"));
        assertEquals(200, get(world.urls().expoints() + "/external/api/v3/role"));
        assertEquals(200, get(world.urls().adminUsers() + "/api/v1/admin/users"));
        assertEquals(
                List.of("pbnb", "reseller", "expoints", "adminUsers"),
                world.requests().stream().map(Request::api).toList());
    }

    @Test
    void fault(World world) {
        world.fault(Fault.status(503).retryAfter(2).on(Match.any().api("pbnb")).times(1));
        var first = send("GET", world.urls().pbnb() + ADA, "");
        assertEquals(503, first.statusCode());
        assertEquals("2", first.headers().firstValue("Retry-After").orElse(null));
        assertEquals(200, get(world.urls().pbnb() + ADA));
    }

    @Test
    void fault_ofEveryKind(World world) {
        for (Fault fault : List.of(
                Fault.delay(Duration.ofMillis(1)),
                Fault.delay(Duration.ofMillis(1), Duration.ofMillis(2)),
                Fault.disconnect("beforeResponse").skip(1).name("cut").probability(0.5),
                Fault.truncateBody(0.5),
                Fault.rateLimit(1, 60),
                Fault.body(200, "text/plain", "canned"))) {
            world.fault(fault.on(Match.any().method("GET")));
        }
        assertThrows(UsertwinException.class, () -> world.fault(Fault.disconnect("never")));
    }

    @Test
    void verify(World world) throws Exception {
        get(world.url() + ADA);
        world.verify(Match.any().api("pbnb").operation("getUser"), Times.exactly(1));
        world.verify(Match.any().method("GET").path(ADA).status(200));
        world.verify(Match.any(), Times.between(1, 2));
        world.verify(Match.any().status(500), Times.atMost(0));
        world.verify(Match.any().bodyContains("nowhere"), Times.exactly(0));
        var run = nested("verify");
        assertTrue(run.failed());
        contains(run.output(), "FAILED: usertwin: Expected exactly 1 request", "there were 0, of 1 request");
        contains(run.output(), "near: GET " + ADA + " -> 200", "path was " + ADA);
    }

    @Test
    void verifyTypo(World world) throws Exception {
        var match = Match.any().operation("getUsr");
        var refused = assertThrows(UsertwinException.class, () -> world.verify(match, Times.exactly(0)));
        contains(refused.getMessage(), "'getUsr' is not an operation: there are getUser");
        var run = nested("verifyTypo");
        assertTrue(run.failed());
        contains(run.output(), "FAILED: usertwin: 'getUsr' is not an operation");
    }

    @Test
    void advice(World world) {
        get(world.url() + ADA);
        assertEquals(List.of(), world.advice());
        get(world.url() + ADA, "Accept", "image/gif");
        get(world.url() + ADA, "Accept", "image/gif");
        assertEquals(1, world.advice().size());
        Advice advice = world.advice().get(0);
        assertEquals("negotiation.fallback", advice.code());
        assertEquals(2, advice.count());
        contains(advice.message(), "Accept");
        assertEquals("negotiation.fallback", world.requests().get(1).advice().get(0).code());
    }

    @Test
    void requests(World world) {
        get(world.url() + ADA + "?expand=resourceIDs");
        get(world.urls().reseller() + "/v1.0/nothing");
        List<Request> requests = world.requests();
        assertEquals(2, requests.size());
        assertEquals("GET " + ADA + "?expand=resourceIDs -> 200", requests.get(0).toString());
        assertEquals("getUser", requests.get(0).operation());
        contains(requests.get(0).json().toString(), "ada.private");
        assertEquals(404, requests.get(1).status());
        assertEquals(requests.subList(1, 2), world.requests(Match.any().status(404).path("/api/v1.0/*")));
    }

    @Test
    void diff(World world) {
        assertTrue(world.diff().empty());
        rename(world, "countess");
        Diff diff = world.diff();
        assertFalse(diff.empty());
        assertEquals(1, diff.changed().size());
        assertEquals(new Diff.ChangedMember("username", "ada", "countess"), diff.changed().get(0).members().get(0));
        world.reset();
        assertTrue(world.diff().empty());
        assertEquals(List.of(), world.requests());
    }

    @Test
    void state(World world) {
        Map<String, Object> seed = world.state();
        assertEquals("ada", Json.objects(seed.get("users")).get(0).get("username"));
        world.state(ONE_USER);
        assertEquals(1, Json.objects(world.state().get("users")).size());
        assertEquals("solo", nameOfAda(world));
        world.state(seed);
        assertEquals("ada", nameOfAda(world));
        assertTrue(world.diff().empty());
        String wrong = "{\"users\": [{\"username\": \"a\", \"nonsense\": 1}]}";
        contains(assertThrows(UsertwinException.class, () -> world.state(wrong)).getMessage(), "users[0].nonsense");
    }

    @Test
    void snapshot(World world) {
        rename(world, "first");
        Snapshot first = world.snapshot();
        rename(world, "second");
        Snapshot second = world.snapshot();
        rename(world, "third");
        for (int i = 0; i < 2; i++) {
            world.restore(first);
            assertEquals("first", nameOfAda(world));
            rename(world, "fourth");
            world.restore(second);
            assertEquals("second", nameOfAda(world));
        }
    }

    @Test
    void clock(World world) {
        Instant noon = Instant.parse("2030-01-01T12:00:00.1234567Z");
        world.clock().freeze(noon);
        assertEquals(noon, world.clock().now());
        rename(world, "countess");
        var members = world.diff().changed().get(0).members();
        assertEquals("2030-01-01T12:00:00.1234567Z", members.get(members.size() - 1).after());

        var issued = send(
                "POST",
                world.urls().expoints() + "/common/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=app&client_secret=secret&scope=api%2F.default",
                "Content-Type",
                "application/x-www-form-urlencoded");
        String bearer = "Bearer " + Json.object(Json.read(issued.body())).get("access_token");
        String roles = world.urls().expoints() + "/external/api/v3/role";
        assertEquals(200, get(roles, "Authorization", bearer));
        world.clock().advance(Duration.ofHours(2));
        assertEquals(401, get(roles, "Authorization", bearer));
        assertEquals(noon.plus(Duration.ofHours(2)), world.clock().now());
        world.clock().advance(Duration.ofMillis(-1500));
        assertEquals(noon.plus(Duration.ofHours(2)).minusMillis(1500), world.clock().now());
        world.clock().freeze("2031-02-03T04:05:06Z");
        assertEquals(Instant.parse("2031-02-03T04:05:06Z"), world.clock().now());
    }

    @Test
    void outbox(World world) {
        assertEquals(List.of(), world.outbox());
        var answer = send("POST", world.urls().reseller() + HEDY + "/sendActivationEmail", "");
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals(1, world.outbox().size());
        Mail mail = world.outbox().get(0);
        assertEquals("activation", mail.kind());
        assertEquals("hedy@example.com", mail.to());
        contains(mail.link(), world.url(), "activate?");
    }

    @Test
    @Usertwin(seed = ONE_USER)
    void seed(World world) throws Exception {
        assertEquals("solo", nameOfAda(world));
        assertTrue(world.diff().empty());
        rename(world, "duo");
        assertEquals("solo", world.diff().changed().get(0).members().get(0).before());
        world.reset();
        assertEquals("solo", nameOfAda(world));
        assertTrue(world.diff().empty());
        contains(nested("seedInvalid").output(), "FAILED: ", "users[0].nonsense");
        contains(nested("seedMissing").output(), "FAILED: ", "the seed nowhere.json is neither a file in ");
    }

    @Test
    @Usertwin(seed = "one-user.json")
    void seed_fromTheClassPath(World world) {
        assertEquals("solo", nameOfAda(world));
    }

    @Test
    @Usertwin(seed = "src/test/resources/one-user.json")
    void seed_fromAFile(World world) {
        assertEquals("solo", nameOfAda(world));
    }

    @Test
    @Usertwin(seed = "empty")
    void seed_empty(World world) {
        assertEquals(List.of(), world.state().get("users"));
    }

    @Test
    void failureReport() throws Exception {
        var run = nested("failure");
        assertTrue(run.failed());
        contains(run.output(), "requests of the world NestedFixture-failure-", "GET " + ADA + " -> 200");
        contains(run.output(), "! negotiation.fallback: Accept matched", "GET /api/v1.0/nothing -> 404");
        assertFalse(nested("pass").output().contains("requests of the world"));
    }

    @Test
    void strictAdvice() throws Exception {
        var byVariable = Map.of("USERTWIN_STRICT_ADVICE", "1");
        for (var run : List.of(nested("strict"), NestedRun.run("advice", byVariable))) {
            assertTrue(run.failed());
            contains(run.output(), "FAILED: usertwin: strict advice", "! negotiation.fallback (1): Accept");
        }
        assertFalse(nested("advice").failed());
        assertFalse(NestedRun.run("pass", byVariable).failed());
    }

    @Test
    void droppedAfterPass(UsertwinServer server) throws Exception {
        // What the extension does after a pass: nested runs use this server.
        var run = NestedRun.run("pass", Map.of("USERTWIN_URL", server.url()));
        assertFalse(run.failed(), run.output());
        assertFalse(worlds(server).stream().anyMatch(name -> name.toString().startsWith("NestedFixture-pass-")));
        World dropped = server.newWorld("dropped", ONE_USER);
        Snapshot snapshot = dropped.snapshot();
        assertTrue(worlds(server).containsAll(List.of(dropped.name(), dropped.name() + ".seed", snapshot.world())));
        dropped.drop();
        dropped.drop();
        for (Object name : worlds(server)) {
            assertFalse(name.toString().startsWith(dropped.name()), name.toString());
        }
    }

    @Test
    void sharedServer(UsertwinServer server) throws Exception {
        var run = NestedRun.run(
                "stay", Map.of("USERTWIN_URL", server.url() + "/", "USERTWIN_BIN", "/nowhere/usertwin", "PATH", ""));
        contains(run.output(), "server 0\n", "world NestedFixture-stay-", "requests of the world NestedFixture-stay-");
        // The nested test failed on purpose, so its world stays for a look at it.
        String world = run.output().lines().filter(line -> line.startsWith("world ")).findFirst().orElseThrow();
        assertTrue(worlds(server).contains(world.substring(6)), run.output());
        server.call("DELETE", "/worlds/" + world.substring(6), null);
    }

    @Test
    void serverDead() throws Exception {
        var run = nested("dead");
        assertTrue(run.failed());
        contains(run.output(), "FAILED: usertwin: the server was found dead: exit status 137 (signal 9); it said nothing\n");
        assertTrue(run.output().matches("(?s).*told after s: [0-9]\n.*"), run.output());
        contains(nested("flagsWrong").output(), "usertwin does not start: exit status 2; its last words: ", "--auth");
    }

    @Test
    void noBinary(@TempDir Path folder) throws Exception {
        var unset = Map.of("USERTWIN_BIN", "", "PATH", folder.toString());
        var run = NestedRun.run("pass", unset);
        assertTrue(run.failed());
        contains(run.output(), "FAILED: ", "USERTWIN_BIN is not set", folder.toString(), "/usertwin/linux-");
        run = NestedRun.run("pass", Map.of("USERTWIN_BIN", "/nowhere/usertwin"));
        contains(run.output(), "FAILED: ", "USERTWIN_BIN names /nowhere/usertwin, which is no file");

        String platform = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        Path resource = Path.of("usertwin", platform, "usertwin");
        Path classes = folder.resolve("classes");
        Files.createDirectories(classes.resolve(resource).getParent());
        Files.createSymbolicLink(classes.resolve(resource), Binary.find());
        run = NestedRun.run("pass", unset, classes.toString());
        assertFalse(run.failed(), run.output());

        Files.createSymbolicLink(folder.resolve("usertwin"), Binary.find());
        assertFalse(NestedRun.run("pass", unset).failed());
    }

    @Test
    void noOrphan() throws Exception {
        Process process = NestedRun.start("hang", Map.of("USERTWIN_URL", ""));
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("server ")) {
                line = lines.readLine();
            }
            long server = Long.parseLong(String.valueOf(line).substring("server ".length()));
            assertTrue(alive(server));
            process.destroyForcibly();
            long killed = System.nanoTime();
            while (alive(server)) {
                assertTrue(Duration.ofNanos(System.nanoTime() - killed).toMillis() < 2000, "the server is left");
                Thread.sleep(20);
            }
        }
    }

    /** Whether a process runs; one that only waits for its parent does not. */
    private static boolean alive(long process) {
        try {
            return !Files.readString(Path.of("/proc", String.valueOf(process), "stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void https() throws Exception {
        Process help = new ProcessBuilder(Binary.find().toString(), "serve", "--help").start();
        String flags = new String(help.getInputStream().readAllBytes());
        assumeTrue(flags.lines().anyMatch(line -> line.strip().equals("--tls")), "NOT TESTED: this usertwin has no --tls");
        try (UsertwinServer server = UsertwinServer.start(true, List.of())) {
            World world = server.world("https");
            contains(world.url(), "https://127.0.0.1:");
            contains(Files.readString(world.caFile()), "BEGIN CERTIFICATE");
            HttpRequest request = HttpRequest.newBuilder(URI.create(world.url() + ADA)).build();
            HttpClient trusting = HttpClient.newBuilder().sslContext(world.sslContext()).build();
            assertEquals(200, trusting.send(request, BodyHandlers.discarding()).statusCode());
            HttpClient other = HttpClient.newHttpClient();
            assertThrows(SSLException.class, () -> other.send(request, BodyHandlers.discarding()));
            world.verify(Match.any(), Times.exactly(1));
        }
    }
}
