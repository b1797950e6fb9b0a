package dev.usertwin.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@Usertwin
class UsertwinExtensionTest {
    private static UsertwinServer first;
    private World before;

    @BeforeAll
    static void aServerIsThereBeforeAnyTest(UsertwinServer server) {
        first = server;
    }

    @BeforeEach
    void remember(World world) {
        before = world;
    }

    @AfterEach
    void theWorldIsStillThere(World world) {
        assertSame(before, world);
        world.state();
    }

    @Test
    void allOfATestHasOneWorldOnOneServer(World world, UsertwinServer server) {
        assertSame(before, world);
        assertSame(first, server);
        assertSame(server, world.server());
    }

    @RepeatedTest(2)
    void eachRepetitionHasAWorld(World world) {
        assertEquals(0, world.requests().size());
        ClientApp.rename(world, "countess");
    }

    @Nested
    @Usertwin(seed = "empty.json")
    class Inside {
        @Test
        @Usertwin(seed = "one-user.json")
        void theSeedOfAMethodComesFirst(World world) {
            assertEquals("solo", ClientApp.nameOfAda(world));
        }
    }

    @Test
    @Usertwin(flags = {"--auth", "strict"})
    void otherFlagsAreAnotherServer(World world) {
        assertNotEquals(first.url(), world.server().url());
        String roles = world.urls().expoints() + "/external/api/v3/role";
        assertEquals(401, ClientApp.get(roles, "Authorization", "Bearer unknown"));
    }
}
