package dev.usertwin.junit;

import static dev.usertwin.junit.ClientApp.ADA;
import static dev.usertwin.junit.ClientApp.get;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that run inside other tests, most of them to fail. */
@Usertwin
class NestedFixture {
    private static void mistake(World world) {
        get(world.url() + ADA, "Accept", "image/gif");
    }

    @Test
    void pass(World world) {
        get(world.url() + ADA);
    }

    @Test
    void advice(World world) {
        mistake(world);
    }

    @Test
    @Usertwin(strictAdvice = true)
    void strict(World world) {
        mistake(world);
    }

    @Test
    void failure(World world) {
        mistake(world);
        get(world.urls().reseller() + "/v1.0/nothing");
        fail("on purpose");
    }

    @Test
    void verify(World world) {
        get(world.url() + ADA);
        world.verify(Match.any().operation("getUser").path("/v1/core/Accounts/2/users/7"), Times.exactly(1));
    }

    @Test
    void verifyTypo(World world) {
        world.verify(Match.any().operation("getUsr"), Times.exactly(0));
    }

    @Test
    void state(World world) {
        world.state("{\"users\": [{\"username\": \"a\", \"nonsense\": 1}]}");
    }

    @Test
    @Usertwin(seed = "{\"users\": [{\"username\": \"a\", \"nonsense\": 1}]}")
    void seedInvalid(World world) {}

    @Test
    @Usertwin(seed = "nowhere.json")
    void seedMissing(World world) {}

    @Test
    @Usertwin(flags = {"--auth", "none"})
    void flagsWrong(World world) {}

    @Test
    void stay(World world) {
        System.out.println("server " + world.server().pid().orElse(0));
        System.out.println("world " + world.name());
        get(world.url() + ADA);
        fail("on purpose");
    }

    @Test
    void dead(World world) {
        ProcessHandle.of(world.server().pid().orElseThrow()).orElseThrow().destroyForcibly();
        long began = System.nanoTime();
        try {
            world.state(Map.of());
        } finally {
            System.out.println("told after s: " + (System.nanoTime() - began) / 1_000_000_000);
        }
    }

    @Test
    void hang(UsertwinServer server, World world) throws InterruptedException {
        System.out.println("server " + server.pid().orElse(0));
        Thread.sleep(50_000);
    }
}
