// Package usertwintest gives each Go test a world of its own on a usertwin server.
//
//	func TestRename(t *testing.T) {
//		world := usertwintest.World(t)
//		client := myclient.New(world.URLs.PBNB)
//		client.Rename("ada", "countess")
//		world.Verify(usertwintest.Match{Operation: "patchUser"}, usertwintest.Exactly(1))
//	}
//
// The server is the program `usertwin`, found by USERTWIN_BIN or the PATH, started once for each test process, and
// gone with it. With USERTWIN_URL a running server is used instead.
package usertwintest
